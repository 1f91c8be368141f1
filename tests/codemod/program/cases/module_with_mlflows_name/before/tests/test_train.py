import sys
import os

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "fakes"))

import train


def test_train():
    train.train(1)
