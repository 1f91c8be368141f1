from unittest import mock

import app.job


class TestOrder:
    def setup_method(self):
        self.patcher = mock.patch("app.job.mlflow.sklearn")
        self.flavor = self.patcher.start()
        self.parent = mock.Mock()
        self.parent.attach_mock(self.flavor.log_model, "saved")

    def teardown_method(self):
        self.patcher.stop()

    def test_arguments(self):
        app.job.train(1)
        ((_, args, kwargs),) = self.parent.method_calls
        _, path = args
        assert path == "model" and not kwargs
