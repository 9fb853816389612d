"""What the plan's parts share: frozen tables without unknown keys, labels in both languages, lists as tuples."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Language = Literal["zh-CN", "en"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"""Lower-case Latin letters, digits, underscores: goes into URLs, metrics and dialplan variables."""
Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]
AgentNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,16}$")]
"""工号."""
Level = Annotated[int, Field(ge=1, le=10)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]


def _listed(value: object) -> object:
    # TOML and JSON have lists; a frozen document keeps tuples.
    return tuple(value) if isinstance(value, list) else value


def _unique(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    all_names = names or ()
    twice = sorted({name for name in all_names if all_names.count(name) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} stands here twice: keep one")
    return names


Listed = BeforeValidator(_listed)
Unique = AfterValidator(_unique)


class Part(BaseModel):
    """A table of the plan: no unknown keys, no change once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Label(Part):
    """What people read, in both languages."""

    zh: Text = Field(alias="zh-CN")
    en: Text

    def of(self, language: Language) -> str:
        """The text in this language."""
        return self.zh if language == "zh-CN" else self.en
