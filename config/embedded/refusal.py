class Refused(Exception):
    """The stack cannot go on. The message is one line: what is wrong, and what to do about it."""
