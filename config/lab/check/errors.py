"""What the checker says when a record cannot be read at all."""


class CheckError(Exception):
    """A record that cannot be judged; says the file, the line or key, and what is wrong."""
