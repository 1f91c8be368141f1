import unittest, main
from unittest import mock
class T(unittest.TestCase):
    def setUp(self):
        p = mock.patch("main.mlflow")
        self.ml = p.start()
        self.addCleanup(p.stop)
    def test(self):
        main.score(1, 2)
        self.ml.evaluate.assert_called_once()
