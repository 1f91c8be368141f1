from app.train import train

def test_train(logged):
    train(1)
    name, args, kwargs = logged.mock_calls[0]
    assert kwargs["artifact_path"] == "model"
