from dataclasses import dataclass


class Promoter:
    def __init__(self, info):
        self.info = info

    def run_id(self):
        return self.info.model_uri.split("/")[1]


class Sub(Promoter):
    def __init__(self, info):
        super().__init__(info)


class Listing:
    def __init__(self, infos):
        self.infos = infos

    def run_ids(self):
        return [info.model_uri.split("/")[1] for info in self.infos]


@dataclass
class Record:
    info: object

    def run_id(self):
        return self.info.model_uri.split("/")[1]


def show(name, info):
    print(name, info.model_uri.split("/")[1])


def show_each(info):
    print(info.model_uri.split("/")[1])


def show_uri(uri):
    print(uri.split("/")[1])


def folder(version):
    return version.source.replace("file://", "")


def of_another(info):
    return info.model_uri.split("/")[1]
