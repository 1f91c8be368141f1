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

    def test_order(self):
        app.job.train(1)
        self.parent.assert_has_calls([mock.call.saved(1, "model")])
