"""What peers are told to do: calls to place, phones to answer with; read from a script file or sent as a command."""

from pathlib import Path
from typing import Literal, TypeVar

import msgspec


class ScriptError(Exception):
    """A script that cannot be followed; says the file, the key and what is wrong."""


class Digits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys to press once `when` has come and `delay_s` more have passed.

    `sound` waits until something is being heard, `silence` until that has ended.
    """

    press: str
    when: Literal["at_once", "sound", "silence"] = "sound"
    delay_s: float = 0.0


class CallPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call to place.

    `server` is HOST:PORT. `patience_s` counts from dialling until an agent's tone is heard, `talk_s` from there;
    without them the caller waits, or talks, until the other side ends it. `tone_hz` defaults to one of its own.
    `encrypted`: over TLS, and only with SRTP (keys by RFC 4568).
    """

    number: str
    caller: str
    server: str = ""
    name: str = ""
    at_s: float = 0.0
    digits: tuple[Digits, ...] = ()
    dtmf: Literal["rtpevent", "info", "inband"] = "rtpevent"
    patience_s: float | None = None
    talk_s: float | None = None
    tone_hz: int | None = None
    headers: dict[str, str] = {}
    encrypted: bool = False


class Ringing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent's phone does: answer after `ring_s` and end it after `talk_s`, let it ring, or answer 486."""

    act: Literal["answer", "ignore", "busy"] = "answer"
    ring_s: float = 0.0
    talk_s: float | None = None


class PhonePlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One phone, of an agent or of a customer outside, whose number is its `extension`.

    Without a password it does not register and is called at the peers' own port. `encrypted`: over TLS, and only with
    SRTP (keys by RFC 4568).
    """

    extension: str
    of: Literal["agent", "customer"] = "agent"
    password: str = ""
    server: str = ""
    ringing: Ringing = Ringing()
    tone_hz: int | None = None
    leave_after_s: float | None = None
    encrypted: bool = False


class CallersScript(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls, and the server (HOST:PORT) of those that name none."""

    calls: tuple[CallPlan, ...]
    server: str = ""


class AgentsScript(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Phones, and the server (HOST:PORT) of those that name none."""

    phones: tuple[PhonePlan, ...]
    server: str = ""


Script = TypeVar("Script", CallersScript, AgentsScript)


def read_script(path: Path, kind: type[Script]) -> Script:
    """The script in a JSON file. Raises ScriptError naming the file and the key."""
    try:
        script = msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise ScriptError(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise ScriptError(f"{path}: {error}") from error
    steps: tuple[CallPlan | PhonePlan, ...] = script.calls if isinstance(script, CallersScript) else script.phones
    for number, step in enumerate(steps):
        if not (step.server or script.server):
            key = "calls" if isinstance(step, CallPlan) else "phones"
            raise ScriptError(f"{path}: $.{key}[{number}].server: missing; give HOST:PORT here or once at the top")
    return script
