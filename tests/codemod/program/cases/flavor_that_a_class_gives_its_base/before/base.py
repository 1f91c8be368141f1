from abc import ABC, abstractmethod


class Base(ABC):
    @property
    @abstractmethod
    def flavor(self): ...

    def get(self):
        raise NotImplementedError

    def log(self, model, name):
        self.flavor.log_model(model, artifact_path=name)

    def store(self, model, path):
        self.get().save_model(model, path)


class Mid(Base):
    pass
