"""FastAGI: Asterisk connects, and a flow tells it, command by command, what the caller hears."""
