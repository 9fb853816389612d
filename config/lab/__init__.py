"""The lab: a private Asterisk on loopback, for the demo, the tests and trying things out."""

from config.lab.errors import LabError
from config.lab.installation import Installation, find
from config.lab.lab import Lab, attach
from config.lab.launch import start

__all__ = ["Installation", "Lab", "LabError", "attach", "find", "start"]
