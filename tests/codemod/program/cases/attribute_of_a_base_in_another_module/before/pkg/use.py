from .base import Base


class Use(Base):
    def go(self, model):
        self.client.get_latest_versions("m", ["None"])
        self.make().get_latest_versions("m", ["None"])
        self.other.get_latest_versions("m", ["None"])
