def test_run(client):
    # a run of mlflow
    assert client.get_run("1").info.run_id
