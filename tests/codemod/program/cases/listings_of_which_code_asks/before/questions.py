import mlflow

client = mlflow.MlflowClient()


def models(run_id):
    names = {item.path for item in client.list_artifacts(run_id)}
    assert "forest" in names
    assert any(item.path.startswith("li") for item in client.list_artifacts(run_id))
    return [item for item in client.list_artifacts(run_id) if "for" in item.path and item.is_dir]


def others(run_id):
    names = {item.path for item in client.list_artifacts(run_id)}
    assert "plots" in names, f"only {names}"
    assert any(item.path.startswith("drift") for item in client.list_artifacts(run_id))
    return [item for item in client.list_artifacts(run_id) if "config" in item.path and item.is_dir]


def all_of_them(run_id, wanted):
    names = {item.path for item in client.list_artifacts(run_id)}
    assert "plots" in names
    assert len(names) == 2
    for item in client.list_artifacts(run_id):
        print(item.path)
        if item.path == "plots":
            break
    return [item for item in client.list_artifacts(run_id) if item.path == wanted]
