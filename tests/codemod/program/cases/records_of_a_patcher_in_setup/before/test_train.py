import unittest
from unittest.mock import patch

import train


class TrainTest(unittest.TestCase):
    def setUp(self):
        self.log = patch("train.mlflow.xgboost.log_model").start()

    def test_it_names_the_model(self):
        train.train(1)
        self.assertEqual(self.log.call_args_list[0].args, (1, "model"))
