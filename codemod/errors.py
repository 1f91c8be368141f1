"""The errors that a person can mend."""


class WrongUseError(Exception):
    """What was asked for cannot be done; the message is one line for the user. The program ends with exit code 2."""
