class Row:
    def __init__(self, **values):
        vars(self).update(values)


class FakeClient:
    def search_runs(self, ids):
        return [Row(info=Row(run_uuid="abc"))]
