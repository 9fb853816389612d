"""`hotline ivr try`: one caller's talk with a flow, in a terminal."""

import re

from config.flow_house import SCRIPTS, FlowHouse
from config.language import said
from ivr.flow.entry import Incoming
from ivr.flow.scripts.caller import Caller, Sound
from ivr.flow.scripts.document import Call, End, Given, Script, Turn, read_script
from ivr.flow.scripts.play import Cast, ended
from ivr.flow.scripts.virtual import VirtualLine
from ivr.prompts.length import text_of


class TypedCaller(Caller):
    """A caller whose turns are typed."""

    def __init__(self) -> None:
        super().__init__(())

    @property
    def hangs_up_now(self) -> bool:
        """He does so only when asked."""
        return False

    def hears(self, file: str) -> None:
        """Show what is said."""
        if isinstance(file, Sound) and file.heard:
            text = text_of(file.heard.partition(" ")[0], file.language)
            print(f"  {file.language:5}  {file.heard if text is None else f'{text}  ({file.heard})'}")

    def acts(self) -> Turn:
        """Read a turn."""
        while True:
            try:
                typed = input("> ").strip()
            except EOFError:
                typed = "!"
            if typed == "!":
                return Turn(hang_up=True)
            if not typed:
                return Turn(silence=True)
            if re.fullmatch(r"[0-9]{1,3}s", typed):
                return Turn(speak_s=float(typed[:-1]))
            if re.fullmatch(r"[0-9*#]{1,64}", typed):
                return Turn(press=typed)
            print("  keys 0-9 * #, Enter for silence, ! to hang up, 5s to speak for five seconds")

    def pressed_in_vain(self, keys: str) -> None:
        """Say so."""
        print(said(f"  nobody asked for {keys}", f"  没有要求按 {keys}"))


def converse(house: FlowHouse, flow: str, access: str | None, caller: str, at: str | None) -> None:
    """Play a flow, a name or a file, until it ends.

    Its script beside it, if there is one, says who is known, what sources answer, and when it is.
    """
    file = house.file(flow)
    beside = file.parent / SCRIPTS / file.name
    given, when = Given(), at
    if beside.exists():
        scripted = read_script(beside)
        given, when = scripted.given, at or scripted.at
    call = Call(name="try", access=access, caller=caller, at=when, given=given, end=End(left=True))
    house.flow(flow)
    script = Script(version=1, flow=file.stem, calls=(call,), file=str(beside))
    cast = Cast(house.stage([script]), script, 0)
    cast.caller = TypedCaller()
    cast.notes.told = lambda step, action, what: print(f"    {step} · {action}: {what}")
    line = VirtualLine(cast.caller, given, cast.at, cast.variables)
    cast.entry(line, Incoming(channel="try", dialled=cast.dialled, number=caller))
    end = {name: value for name, value in ended(cast.notes.ending).items() if value not in (None, False, {}, 0)}
    print(said("end: ", "结束：") + ", ".join(f"{name} {value}" for name, value in end.items()))
