"""What can go wrong with a lab, said once."""


class LabError(RuntimeError):
    """The lab cannot do what was asked. `place`: a path, a port, …; `mend`: what is wrong and what to do."""

    def __init__(self, place: str, mend: str) -> None:
        self.place = place
        self.mend = mend
        super().__init__(f"{place}: {mend}")
