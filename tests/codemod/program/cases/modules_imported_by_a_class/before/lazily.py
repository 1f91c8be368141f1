import importlib
import types


class LazyModule:
    def __init__(self, name):
        self._name = name

    def __getattr__(self, item):
        return getattr(importlib.import_module(self._name), item)


class LazyLoader(types.ModuleType):
    def __init__(self, local_name, parent_module_globals, name):
        self._local_name = local_name
        self._parent_module_globals = parent_module_globals
        super().__init__(name)

    def _load(self):
        module = importlib.import_module(self.__name__)
        self._parent_module_globals[self._local_name] = module
        return module

    def __getattr__(self, item):
        module = self._load()
        return getattr(module, item)


class Settings:
    def __init__(self, values):
        self.values = values

    def __getattr__(self, item):
        return self.values[item]
