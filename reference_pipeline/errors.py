"""What can go wrong for a reason that a user can mend; the command line prints these without a traceback."""


class PipelineError(Exception):
    """Base of the errors below. The message says what is wrong, where, and what to do."""


class ParameterError(PipelineError):
    """A configuration that cannot be used. One line per problem."""


class DataError(PipelineError):
    """Frames that cannot be read or do not fit together."""


class ModelError(PipelineError):
    """A model that cannot be built, trained, found or loaded."""


class ServiceError(PipelineError):
    """A server that did not start or gave an answer that cannot be used."""
