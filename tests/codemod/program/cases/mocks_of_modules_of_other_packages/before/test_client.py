import app


def test_client(client_mock):
    app.train(1)
    assert client_mock.log.call_args[1]["artifact_path"] == "model"
