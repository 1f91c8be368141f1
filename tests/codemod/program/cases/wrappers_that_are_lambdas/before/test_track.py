from unittest import mock

import track


def test_put():
    with mock.patch("track.put") as put:
        track.run(1)
    put.assert_called_once_with(1, artifact_path="model")


def test_show():
    with mock.patch("track.show") as show:
        track.run(1)
    show.assert_called_once_with(1, artifact_path="model")
