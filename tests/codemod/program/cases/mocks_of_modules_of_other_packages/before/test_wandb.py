import app


def test_wandb(wandb_mock):
    app.train(1)
    wandb_mock.init.assert_called_once_with("1", "model")
    assert "id" in wandb_mock.init.call_args[1]
    assert len(wandb_mock.Artifact.call_args_list[0][0]) == 2
