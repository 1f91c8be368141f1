class Lister:
    def __init__(self, client):
        self._client = client

    def all(self, run_id, path=None):
        for item in self._client.list_artifacts(run_id, path):
            yield item.path


def walk(client, run_id, path=""):
    return [item.path for item in client.list_artifacts(run_id, path=path)]


def plots(client, run_id):
    return client.list_artifacts(run_id, "plots")
