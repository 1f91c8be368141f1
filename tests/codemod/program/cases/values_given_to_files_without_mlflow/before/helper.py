def inputs_of(info):
    return info.signature_dict["inputs"]


def uuids(runs):
    return [run.info.run_uuid for run in runs]


def uuid_of(run):
    return run.info.run_uuid


class Kept:
    def __init__(self, run):
        self.run = run

    def key(self):
        return self.run.info.run_uuid
