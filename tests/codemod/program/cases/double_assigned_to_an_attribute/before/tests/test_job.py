from app.job import Job

def test_run():
    seen = []
    job = Job()
    job.push = lambda model, artifact_path: seen.append(artifact_path)
    job.run(1)
    assert seen == ["model"]
