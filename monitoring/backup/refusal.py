class Refused(Exception):
    """A backup cannot be taken or brought back. The message is one line: what is wrong, and what to do about it."""
