from scripts.log_model_to_mlflow import log_all


def test_all(mocker):
    log_rag_experiment = mocker.patch(
        "scripts.log_model_to_mlflow.log_rag_experiment",
        side_effect=["run-1", "run-2"],
    )
    mocker.patch("scripts.log_model_to_mlflow.mlflow.start_run")
    log_all(["a", "b"])
    for call in log_rag_experiment.call_args_list:
        assert call.kwargs["experiment_name"]
    assert log_rag_experiment.call_args_list[0].kwargs["nested"] is True


def test_each(monkeypatch, mocker):
    import scripts.log_model_to_mlflow as script

    each = mocker.patch.object(script, "log_rag_experiment")
    log_all(["a"])
    assert each.call_args.kwargs["experiment_name"] == "a"
