"""pyst2's mended methods against answers given beforehand: no socket, no greenlet, real codec."""

from ivr.agi.codec import Codec, EnvironmentRead, Reply, Usage
from ivr.agi.pyst2 import Pyst2Agi
from tests.fakes.agi_peer import environment


class ScriptedAgi(Pyst2Agi):
    """Answers its commands with the lines it was given; `sent` holds the commands' bytes, `deadlines` their seconds."""

    def __init__(self, *answers: bytes) -> None:
        self._codec = Codec()
        (read,) = [event for line in environment().split(b"\n")[:-1] if (event := self._codec.line(line))]
        assert isinstance(read, EnvironmentRead)
        super().__init__(read.values)
        self._answers = list(answers)
        self.sent: list[bytes] = []
        self.deadlines: list[float] = []

    def exchange(self, command: bytes, deadline_s: float) -> Reply | Usage:
        self.sent.append(command)
        self.deadlines.append(deadline_s)
        for line in self._answers.pop(0).removesuffix(b"\n").split(b"\n"):
            if event := self._codec.line(line):
                assert isinstance(event, Reply | Usage)
                return event
        raise AssertionError("the answer was no answer")
