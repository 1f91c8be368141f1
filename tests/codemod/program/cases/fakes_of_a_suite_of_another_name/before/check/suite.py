import unittest
from unittest.mock import patch

from app.job import identifiers
from fakes.runs import Client


class Suite(unittest.TestCase):
    def test_identifiers(self):
        with patch("app.job.mlflow.MlflowClient", Client):
            self.assertEqual(identifiers(), ["abc"])
