"""The configuration files of one Asterisk, generated from one frozen description of it."""

from config.asterisk.files import render, write
from config.asterisk.spec import AsteriskSpec, Folders, Login, Ports, SpecError, Timings, Trunk

__all__ = ["AsteriskSpec", "Folders", "Login", "Ports", "SpecError", "Timings", "Trunk", "render", "write"]
