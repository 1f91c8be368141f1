from .module import optional_import, registered, try_import
