import train


def test_it_registers(mocker):
    log = mocker.patch("train.mlflow.xgboost.log_model")
    train.train(7)
    assert len(log.call_args_list) == 1
    assert log.call_args is not None
    assert log.call_args.args[0] == [7][0]
    for call in log.call_args_list:
        assert call.kwargs["registered_model_name"] == "m"
    given = log.call_args.kwargs
    assert given.get("registered_model_name") == "m"
