import unittest
from unittest import mock

import recorder
import train


class TrainTest(unittest.TestCase):
    @mock.patch("train.mlflow.sklearn.log_model")
    def test_arguments(self, log_model):
        train.log(1)
        self.assertEqual(log_model.call_args.kwargs["artifact_path"], "model")

    def test_fake(self):
        fake = recorder.Recorder()
        with mock.patch.object(train.mlflow.sklearn, "log_model", fake):
            train.log(1)
        self.assertEqual(fake.paths, ["model"])

    def test_several(self):
        with mock.patch.multiple("mlflow", evaluate=mock.DEFAULT) as replaced:
            train.score(1, 2)
        replaced["evaluate"].assert_called_once()
