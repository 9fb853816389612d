"""Expressions of flows: read names, compare, reckon; nothing else can be done with them.

    tier in ('gold', 'vip') and bill.due > 0
    not known(customer.id) or length(collected.meter) < 8

Texts stand in single quotes, numbers are decimal, names are dotted words. In rising order of binding: `or`, `and`,
`not`, `== != < <= > >= in`, `+ -`, `*`. `+` joins texts too. Functions: `known(x)`, `length(x)`, `number(x)`,
`starts(x, y)`, `ends(x, y)`. A name that has no value is the empty text. A text that reads as a number is compared
with a number as one. Cost is bounded by the expression's length: there are no loops and no own functions.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, Overflow
from functools import lru_cache

Value = str | Decimal | bool
"""What a name holds."""

LONGEST = 500
"""Characters of an expression, and of a text that it makes."""
DEEPEST = 20
"""Brackets and `not` inside each other."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]{1,18}(?:\.[0-9]{1,6})?)(?![\w.])|'(?P<text>[^'\n]*)'"
    r"|(?P<name>[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)*)|(?P<sign>==|!=|<=|>=|[<>+\-*(),]))"
)
_WORDS = ("or", "and", "not", "in", "true", "false")
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in")
_NUMBERS = Context(prec=28)
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,6})?")


class ExpressionWrong(ValueError):
    """A text that is no expression; says where and why."""


class ExpressionFault(ArithmeticError):
    """An expression that has no result for these values; says why, without the values."""


Evaluate = Callable[[Mapping[str, Value]], Value]


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression."""

    names: frozenset[str]
    """The names it reads."""
    equals: frozenset[tuple[str, str]]
    """Each name that is compared for equality with a text or number written here, and that."""
    value: Evaluate
    """Its value, given those of names. Raises ExpressionFault."""


@lru_cache(maxsize=4096)
def parsed(text: str) -> Expression:
    """Read an expression. Raises ExpressionWrong."""
    if len(text) > LONGEST:
        raise ExpressionWrong(f"{len(text)} characters; {LONGEST} at most")
    parser = _Parser(text)
    value = parser.either(0)
    if parser.token.kind != "end":
        raise parser.wrong("an operator, as ==, and, +")
    return Expression(frozenset(parser.names), frozenset(parser.equals), value)


def evaluate(text: str, values: Mapping[str, Value]) -> Value:
    """The value of an expression. Raises ExpressionWrong, ExpressionFault."""
    return parsed(text).value(values)


def truth(value: Value) -> bool:
    """Whether a value counts as true: true itself, a number other than 0, a text that is not empty."""
    return bool(value)


def written(value: Value) -> str:
    """A value as text: numbers plainly, true and false as words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionWrong(f"character {start + 1}: {text[start]!r} means nothing here; texts stand in '…'")
        kind = found.lastgroup
        word = found[kind]
        yield _Token("sign" if kind == "name" and word in _WORDS else kind, word, found.start(kind))
        at = found.end()
    yield _Token("end", "the end", len(text))


class _Parser:
    """Recursive descent; each method reads one level of binding and gives what works it out."""

    def __init__(self, text: str) -> None:
        self.names: set[str] = set()
        self.equals: set[tuple[str, str]] = set()
        self._rest = _tokens(text)
        self._taken = 0
        self.token = next(self._rest)

    def wrong(self, wanted: str) -> ExpressionWrong:
        return ExpressionWrong(f"character {self.token.at + 1}: {self.token.text!r}, where {wanted} is wanted")

    def _sign(self, *signs: str) -> str:
        """Take one of these signs if it comes next; '' if not."""
        if self.token.kind != "sign" or self.token.text not in signs:
            return ""
        return self._take().text

    def _take(self) -> _Token:
        taken, self.token = self.token, next(self._rest)
        self._taken += 1
        return taken

    def _expect(self, sign: str) -> None:
        if not self._sign(sign):
            raise self.wrong(repr(sign))

    def either(self, depth: int) -> Evaluate:
        left = self._both(depth)
        while self._sign("or"):
            left = _or(left, self._both(depth))
        return left

    def _both(self, depth: int) -> Evaluate:
        left = self._negated(depth)
        while self._sign("and"):
            left = _and(left, self._negated(depth))
        return left

    def _negated(self, depth: int) -> Evaluate:
        if not self._sign("not"):
            return self._comparison(depth)
        inner = self._negated(self._deeper(depth))
        return lambda values: not truth(inner(values))

    def _comparison(self, depth: int) -> Evaluate:
        left, alone = self._side(depth)
        sign = self._sign(*_COMPARISONS)
        if not sign:
            return left
        if sign == "in":
            return _among(left, self._listed(depth, alone))
        right, other = self._side(depth)
        if sign in ("==", "!="):
            self._equal(alone, other)
        return _compared(sign, left, right)

    def _listed(self, depth: int, alone: _Token | None) -> list[Evaluate]:
        self._expect("(")
        listed: list[Evaluate] = []
        while not listed or self._sign(","):
            one, other = self._side(depth)
            self._equal(alone, other)
            listed.append(one)
        self._expect(")")
        return listed

    def _side(self, depth: int) -> tuple[Evaluate, _Token | None]:
        """One side of a comparison, and its token where it is a single one."""
        first, taken = self.token, self._taken
        side = self._sum(depth)
        return side, first if self._taken == taken + 1 else None

    def _equal(self, one: _Token | None, other: _Token | None) -> None:
        for name, literal in ((one, other), (other, one)):
            if name and literal and name.kind == "name" and literal.kind in ("text", "number"):
                self.equals.add((name.text, literal.text))

    def _sum(self, depth: int) -> Evaluate:
        left = self._product(depth)
        while sign := self._sign("+", "-"):
            left = _reckoned(sign, left, self._product(depth))
        return left

    def _product(self, depth: int) -> Evaluate:
        left = self._single(depth)
        while self._sign("*"):
            left = _reckoned("*", left, self._single(depth))
        return left

    def _single(self, depth: int) -> Evaluate:
        if self._sign("("):
            inner = self.either(self._deeper(depth))
            self._expect(")")
            return inner
        if self._sign("-"):
            return _reckoned("-", _always(Decimal(0)), self._single(self._deeper(depth)))
        if word := self._sign("true", "false"):
            return _always(word == "true")
        token = self.token
        if token.kind not in ("number", "text", "name"):
            raise self.wrong("a name, a number or a 'text'")
        self._take()
        if token.kind == "name" and self._sign("("):
            return self._call(token, depth)
        if token.kind == "name":
            self.names.add(token.text)
            return lambda values: values.get(token.text, "")
        return _always(Decimal(token.text) if token.kind == "number" else token.text)

    def _call(self, name: _Token, depth: int) -> Evaluate:
        if name.text not in _FUNCTIONS:
            known = ", ".join(_FUNCTIONS)
            raise ExpressionWrong(f"character {name.at + 1}: there is no function {name.text!r}; known: {known}")
        arity, function = _FUNCTIONS[name.text]
        given = [self._sum(self._deeper(depth))]
        while self._sign(","):
            given.append(self._sum(self._deeper(depth)))
        self._expect(")")
        if len(given) != arity:
            raise ExpressionWrong(f"character {name.at + 1}: {name.text} takes {arity}, not {len(given)}")
        return lambda values: function(*(each(values) for each in given))

    def _deeper(self, depth: int) -> int:
        if depth >= DEEPEST:
            raise ExpressionWrong(f"character {self.token.at + 1}: more than {DEEPEST} brackets inside each other")
        return depth + 1


def _always(value: Value) -> Evaluate:
    return lambda values: value


def _or(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda values: truth(left(values)) or truth(right(values))


def _and(left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda values: truth(left(values)) and truth(right(values))


def _among(left: Evaluate, listed: list[Evaluate]) -> Evaluate:
    def among(values: Mapping[str, Value]) -> Value:
        wanted = left(values)
        return any(_equal(wanted, each(values)) for each in listed)

    return among


def _compared(sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
    def compared(values: Mapping[str, Value]) -> Value:
        one, other = left(values), right(values)
        if sign in ("==", "!="):
            return _equal(one, other) == (sign == "==")
        difference = _order(one, other)
        return {"<": difference < 0, "<=": difference <= 0, ">": difference > 0, ">=": difference >= 0}[sign]

    return compared


def _equal(one: Value, other: Value) -> bool:
    numbers = _as_numbers(one, other)
    if numbers is not None:
        return numbers[0] == numbers[1]
    return written(one) == written(other)


def _order(one: Value, other: Value) -> int:
    numbers = _as_numbers(one, other)
    if numbers is not None:
        return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])
    if isinstance(one, str) and isinstance(other, str):
        return (one > other) - (one < other)
    raise ExpressionFault("a number is compared with what is none")


def _as_numbers(one: Value, other: Value) -> tuple[Decimal, Decimal] | None:
    """Both as numbers when one is a number and the other is or reads as one."""
    if not isinstance(one, Decimal) and not isinstance(other, Decimal):
        return None
    read = [_read_number(each) for each in (one, other)]
    return None if read[0] is None or read[1] is None else (read[0], read[1])


def _read_number(value: Value) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _reckoned(sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
    def reckoned(values: Mapping[str, Value]) -> Value:
        one, other = left(values), right(values)
        if sign == "+" and isinstance(one, str) and isinstance(other, str):
            if len(one) + len(other) > LONGEST:
                raise ExpressionFault(f"a text of more than {LONGEST} characters")
            return one + other
        a, b = _number(one), _number(other)
        try:
            return {"+": _NUMBERS.add, "-": _NUMBERS.subtract, "*": _NUMBERS.multiply}[sign](a, b)
        except (InvalidOperation, Overflow):
            raise ExpressionFault("a number too large") from None

    return reckoned


def _number(value: Value) -> Decimal:
    number = _read_number(value)
    if number is None:
        raise ExpressionFault("what is no number is reckoned with")
    return number


def _known(value: Value) -> Value:
    return value != ""


def _length(value: Value) -> Value:
    return Decimal(len(written(value)))


def _starts(value: Value, start: Value) -> Value:
    return written(value).startswith(written(start))


def _ends(value: Value, end: Value) -> Value:
    return written(value).endswith(written(end))


_FUNCTIONS: dict[str, tuple[int, Callable[..., Value]]] = {
    "known": (1, _known),
    "length": (1, _length),
    "number": (1, _number),
    "starts": (2, _starts),
    "ends": (2, _ends),
}
