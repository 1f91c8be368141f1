def test_save(saved):
    assert saved.log_model.call_args.kwargs["artifact_path"] == "model"
