class Info:
    def __init__(self, **fields):
        vars(self).update(fields)


class Run:
    def __init__(self, info):
        self.info = info


class Client:
    def search_runs(self, experiments):
        return [Run(Info(run_uuid="abc"))]
