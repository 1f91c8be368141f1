import train


def test_all(mocker):
    keep_model = mocker.patch("keep.keep_model")
    train.train(1)
    assert keep_model.call_args.kwargs["artifact_path"] == "model"
