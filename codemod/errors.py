"""The errors that a person can mend."""


class WrongUseError(Exception):
    """What was asked for cannot be done; the message is one line for the user. The program ends with exit code 2."""


class PoolError(Exception):
    """Those who worked for a run cannot be reached any more; what was done stands. The message is one line, the exit code 3."""
