import unittest
from types import SimpleNamespace
from svc.register import Registrar


class FakeClient:
    def search_runs(self, ids, max_results=1):
        return [SimpleNamespace(info=SimpleNamespace(run_uuid="r1", artifact_uri="s3://b/r1"))]


class T(unittest.TestCase):
    def test_it(self):
        self.assertEqual(Registrar(FakeClient()).latest_run("0"), {"id": "r1", "uri": "s3://b/r1/model"})
