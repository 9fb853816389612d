"""Recordings: capture, sampling for QA, audio analysis, retention. Audio itself lives under `var/`."""
