from .io import log_model as log
from .io import store as keep
