"""How a flow's run ended: always one of these."""

from dataclasses import dataclass

from ivr.flow.route import Route


@dataclass(frozen=True, slots=True)
class Routed:
    """The caller goes to a queue; Asterisk has been told."""

    step: str
    route: Route


@dataclass(frozen=True, slots=True)
class Connected:
    """The caller talks with whom this step dialled."""

    step: str
    number: str


@dataclass(frozen=True, slots=True)
class Dialling:
    """The dialplan dials for this step; Asterisk has been told, and enters the flow again when nobody answers."""

    step: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The flow ended the call; Asterisk has been told."""

    step: str


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The caller hung up in this step."""

    step: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The session ended under the flow; Asterisk was told nothing and enters the flow again, or the fallback."""

    step: str
    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The dialled number is not in the plan; Asterisk has been told to hang up."""

    why: str


@dataclass(frozen=True, slots=True)
class Shed:
    """There was no room for the call; Asterisk has been told how to end it."""


Ending = Routed | Connected | Dialling | HungUp | CallerLeft | Broken | Refused | Shed
