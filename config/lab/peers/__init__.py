"""SIP peers for the lab: callers and agents with real audio, each playing a tone of its own and logging what it hears.

`process.PeersProcess` drives them from tests and the demo; `python -m config.lab.peers` follows a script. Only
`stack` imports baresip, and only in the child process: a crash of the native stack cannot hurt who drives it.
"""
