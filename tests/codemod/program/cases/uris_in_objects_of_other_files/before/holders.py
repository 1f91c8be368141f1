from dataclasses import dataclass


class Holder:
    def __init__(self, uri, name=""):
        self.uri = uri
        self.name = name

    @classmethod
    def of(cls, info):
        return cls(info.model_uri)

    @classmethod
    def named(cls, info):
        return cls("plain/text", info.model_uri)


class OfInfo:
    def __init__(self, info):
        self.uri = info.model_uri
        self.run = info.run_id


@dataclass
class Entry:
    name: str
    uri: str


def hold(info):
    return Holder(info.model_uri)
