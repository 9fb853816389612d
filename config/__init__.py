"""Composition root: settings, wiring, command line, lab, generated Asterisk files."""
