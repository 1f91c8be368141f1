import unittest.mock

import jobs


class TestJobs:
    def setup_method(self):
        patcher = unittest.mock.patch("clusters.Cluster")
        self.cluster = patcher.start()

    def test_stop(self):
        collector = jobs.Collector()
        collector.call = unittest.mock.MagicMock()
        collector.stop([1])
        assert collector.call.call_args[0][1] == [1]

    def test_start(self):
        jobs.start(self.cluster, namespace="here")
        _, kwargs = self.cluster.call_args
        assert kwargs["namespace"] == "here"


def test_class():
    with unittest.mock.patch.object(jobs.Collector, "call") as call:
        jobs.Collector().stop([1])
    assert call.call_args_list[0].args[1] == [1]


def test_keep():
    jobs.keep(None)
