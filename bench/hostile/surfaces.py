"""Every surface on which hotline reads what it did not write, with samples of what honest peers send there."""

import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from acd import events as e
from acd.plan import Plan, Queue, Tier
from bench.hostile.surface import Surface
from config.asterisk.spec import SpecError
from config.asterisk.spec_file import parse, template
from config.settings import load
from config.simulation import load_scenario
from cti.customers.table import read_customers
from cti.desk.frames import Ack
from cti.journal.files import JournalError, JournalFiles
from cti.journal.line import BadLine, read_line, write_line
from cti.plan.read import read_text
from cti.problems import Refused
from ivr.agi.codec import Closed, Codec, EnvironmentRead, Garbled, OurMistake, encode
from ivr.agi.environment import Environment, EnvironmentLacks
from ivr.ami import codec as ami
from ivr.ami.errors import AmiFieldError, AmiProtocolError
from ivr.ari import frames, generated
from ivr.ari.frames import FrameError, read_frame, refusal_text
from ivr.ari.version import parse as parse_version
from ivr.flow.check import Names
from ivr.flow.document import read
from ivr.flow.expression import ExpressionFault, ExpressionWrong, Value, evaluate
from ivr.flow.load import load_text
from ivr.flow.route import RouteError, decode_route, encode_route
from ivr.flow.scripts.document import script_of
from ivr.gateway.arrival import BadArrival, read_arrival
from ivr.gateway.clock import read_time
from ivr.numbers import normalise, region
from recordings.join import join
from recordings.raw import BadWav, RawPair

ROOT = Path(__file__).parents[2]
FLOWS = ROOT / "config/flows"


@contextmanager
def surfaces() -> Iterator[list[Surface]]:
    """All of them; those that read files write each input into a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="hotline-hostile-") as folder:
        yield [*_protocols(), *_texts(), *_files(Path(folder))]


# --- protocols -------------------------------------------------------------------------------------------------------

AGI = b"""agi_network: yes
agi_request: agi://127.0.0.1:4573/contact
agi_channel: PJSIP/trunk-00000001
agi_uniqueid: pbx1-1700000000.1
agi_version: 22.10.1
agi_callerid: 13800001234
agi_calleridname: Zhang San
agi_dnid: 95500
agi_context: hotline-flow
agi_extension: s
agi_language: zh
agi_arg_1: one

200 result=1 (value)
200 result=0 endpos=16000
HANGUP
520-Invalid command syntax.  Proper usage follows:
Usage: SAY DIGITS <number> <escape digits>
520 End of proper usage.
200 result=1 (a
b)
510 Invalid or unknown command
"""
AMI = b"""Asterisk Call Manager/9.0.0
Response: Success
ActionID: 1
Message: Authentication accepted

Response: Error
ActionID: 2
Message: Channel specified does not exist
Output: one
Output: two

"""
START = b"""{"type":"StasisStart","timestamp":"2030-01-02T03:04:05.678+0800","args":["queue","pbx1-1.1",\
"1700000000000","queue=service&tier=standard&language=en&access=95500"],"channel":{"id":"pbx1-1.1","name":"PJSIP/trunk-00000001",\
"state":"Up","protocol_id":"a@b","caller":{"name":"","number":"13800001234"},"connected":{"name":"","number":""},\
"accountcode":"","dialplan":{"context":"hotline-queue","exten":"s","priority":5,"app_name":"Stasis",\
"app_data":"hotline,queue,pbx1-1.1"},"creationtime":"2030-01-02T03:04:05.678+0800","language":"zh"},\
"asterisk_id":"00:00:00:00:00:01","application":"hotline"}"""
ANSWER = b"""{"type":"RESTResponse","transaction_id":"1","request_id":"1","status_code":404,\
"reason_phrase":"Not Found","uri":"channels/x","content_type":"application/json",\
"message_body":"{\\"message\\":\\"Channel not found\\"}",\
"application":"hotline"}"""


def _agi(content: bytes) -> None:
    codec = Codec()
    for line in content.split(b"\n"):
        event = codec.line(line)
        if isinstance(event, EnvironmentRead):
            # What a peer lacks ends its own session, and the lines after it are read all the same.
            try:
                environment = Environment.of(event.values)
            except EnvironmentLacks:
                continue
            number = normalise(environment.caller_number)
            region(number, "zh")
            encode("SET VARIABLE", "HOTLINE_CALLER", environment.caller_name)
        if isinstance(event, Garbled):
            break
    assert isinstance(codec.end(), Closed)


def _ami(content: bytes) -> None:
    decoder = ami.AmiDecoder()
    for start in range(0, len(content), 61):
        for frame in decoder.feed(content[start : start + 61]):
            for name, value in frame.fields:
                frame.all(name)
                frame.get(value)


def _ami_field(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    sent = ami.encode("Redirect", "1", {"Channel": text, "Context": "hotline-queue"})
    assert sent.count(b"\r\n") == 5, "a value began a line of its own"


def _agi_command(content: bytes) -> None:
    sent = encode("SET VARIABLE", "HOTLINE_X", content.decode("utf-8", "replace"))
    assert sent.count(b"\n") == 1, "a value began a command of its own"


def _ari(content: bytes) -> None:
    event = read_frame(content)
    if isinstance(event, generated.StasisStart):
        read_time(event.timestamp)
        read_arrival(event.args, event.channel)
    if isinstance(event, generated.RESTResponse):
        refusal_text((event.message_body or "").encode(), "unknown")


def _route(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    route = decode_route(text)
    again = encode_route(route)
    assert not set(again) & set(" ,;|\"'`$(){}[]\\\n\r\t"), f"not safe in a dialplan: {again!r}"
    assert decode_route(again) == route


def _number(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    number = normalise(text)
    assert not set(number.value) - set("+0123456789"), f"{number.value!r} is no number"
    region(number, "zh")
    region(number, "en")


def _protocols() -> Iterator[Surface]:
    route = b"queue=service&tier=vip&language=zh-CN&access=95500&caller=13800001234"
    route += b"&skill.billing=3&urgency=60&learned.due=1"
    yield Surface("agi lines", (AGI,), _agi, (OurMistake,))
    yield Surface("agi command", (b"Zhang San", b"13800001234"), _agi_command, (OurMistake,))
    yield Surface("ami frames", (AMI,), _ami, (AmiProtocolError,))
    yield Surface("ami field", (b"PJSIP/trunk-00000001", b"hotline"), _ami_field, (AmiFieldError,))
    yield Surface("ari frames", (START, ANSWER), _ari, (FrameError, BadArrival))
    yield Surface("ari refusals", (b'{"message":"Channel not found"}',), lambda body: frames.refusal_text(body, "404"))
    yield Surface("asterisk version", (b"22.10.1", b"GIT-22-abc"), lambda text: parse_version(_text(text)))
    yield Surface("route", (route,), _route, (RouteError,))
    numbers = (b"13800001234", b"+8613800001234", b"sip:010-12345678@example.invalid;user=phone", b"anonymous")
    yield Surface("caller number", numbers, _number)
    yield Surface("desk frame", (b'{"ack": 17}',), lambda text: Ack.model_validate_json(text), (ValueError,))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


# --- texts -----------------------------------------------------------------------------------------------------------


def _names() -> Names:
    plan = read_text((ROOT / "config/plan.toml").read_text(encoding="utf-8"), "plan.toml")
    return Names.of(plan, lambda ids, language: [])


def _texts() -> Iterator[Surface]:
    names = _names()
    plan = (ROOT / "config/plan.toml").read_bytes()
    yield Surface("plan", (plan,), lambda text: read_text(_text(text), "plan.toml"), (Refused,))
    flows = tuple(path.read_bytes() for path in sorted(FLOWS.glob("*.yaml")))
    flow = _flow(names)
    yield Surface("flow", flows, flow, (Refused,))
    scripts = tuple(path.read_bytes() for path in sorted((FLOWS / "tests").glob("*.yaml")))
    yield Surface("flow script", scripts, lambda text: script_of(read("script.yaml", _text(text))), (Refused,))
    expressions = (b"tier in ('gold', 'vip') and bill.due > 0", b"not known(x) or length(x) * 2 - 1 < number(y)")
    values: dict[str, Value] = {"tier": "vip", "bill.due": Decimal("12.5"), "x": "abc", "y": "9" * 18, "proved": True}
    refusals = (ExpressionWrong, ExpressionFault)
    yield Surface("flow expression", expressions, lambda text: evaluate(_text(text), values), refusals)
    spec = template(version=(22, 10), modules=PurePosixPath("/usr/lib"), program=PurePosixPath("/usr/share")).encode()
    yield Surface("asterisk description", (spec,), lambda text: parse(_text(text)), (SpecError,))


def _flow(names: Names) -> Callable[[bytes], object]:
    return lambda text: load_text(_text(text), names, file="main.yaml", name="main")


# --- files -----------------------------------------------------------------------------------------------------------


def _facts() -> list[e.Fact]:
    plan = Plan(tiers={"standard": Tier(name="standard")}, queues={"service": Queue(name="service")})
    return [
        e.PlanChanged(at=1, plan=plan),
        e.ContactStarted(
            at=2, contact="pbx1-1.1", asterisk="pbx1", channel="pbx1-1.1", access="95500", caller="13800001234"
        ),
        e.ContactQueued(at=3, contact="pbx1-1.1", queue="service", tier="standard", since=3, skills={"billing": 2}),
        e.ContactEnded(at=9, contact="pbx1-1.1", cause=e.EndCause.HUNG_UP),
    ]


def _files(folder: Path) -> Iterator[Surface]:
    lines = [write_line(number, fact) for number, fact in enumerate(_facts(), start=1)]
    yield Surface("journal line", lines, read_line, (BadLine,))
    segment = b"hotline journal 1\n" + b"".join(lines)
    yield Surface("journal", (segment,), _Journal(folder / "journal"), (JournalError,))
    settings = (ROOT / "config/hotline.toml").read_bytes()
    (folder / "secrets").mkdir()
    for name in ("ari-password", "ami-secret"):
        (folder / "secrets" / name).write_text("invented")
        (folder / "secrets" / name).chmod(0o600)
    yield Surface("settings", (settings,), _File(folder / "hotline.toml", load), (Refused,))
    scenarios = tuple(path.read_bytes() for path in sorted((ROOT / "tests/simulation/scenarios").glob("*.toml")))
    yield Surface("scenario", scenarios, _File(folder / "scenario.toml", load_scenario), (Refused,))
    heading = "id,name,account,tier,language,numbers,area"
    table = f"{heading}\nC1,张三,100200,vip,zh-CN,13800001234;010-12345678,北区\n".encode()
    yield Surface("customers", (table,), _File(folder / "customers.csv", _customers), (Refused,))
    yield Surface("raw recording", (_wav(folder / "sample.wav"),), _Recording(folder / "raw"), (BadWav,))


class _File:
    """Reads each input from a file."""

    def __init__(self, path: Path, reader: Callable[[Path], object]) -> None:
        self._path = path
        self._reader = reader

    def __call__(self, content: bytes) -> None:
        self._path.write_bytes(content)
        self._reader(self._path)


class _Journal:
    """Opens a journal whose one segment is the input, and writes on into it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir()

    def __call__(self, content: bytes) -> None:
        for path in self._folder.iterdir():
            path.unlink()
        (self._folder / "facts-1.log").write_bytes(content)
        journal = JournalFiles(self._folder)
        try:
            opened = journal.open()
            number = opened.floor.number + 1
            journal.append(number, [write_line(number, e.TimePassed(at=opened.floor.at))])
            assert [at for at, _ in journal.read()] == list(range(1, number + 1))
        finally:
            journal.close()


def _customers(path: Path) -> object:
    return read_customers(path, ("standard", "vip"), lambda number: normalise(number).value)


class _Recording:
    """Joins a raw recording whose caller's side is the input."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._pair = RawPair("pbx1-1.1", folder / "c.caller.wav", folder / "c.agent.wav")
        self._target = folder / "joined" / "c.wav"

    def __call__(self, content: bytes) -> None:
        self._pair.caller.write_bytes(content)
        self._pair.agent.write_bytes(content)
        joined = join(self._pair, self._target)
        assert joined is None or joined.seconds * joined.rate <= len(content), "more sound than there are bytes"


def _wav(path: Path) -> bytes:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(range(256)) * 8)
    return path.read_bytes()
