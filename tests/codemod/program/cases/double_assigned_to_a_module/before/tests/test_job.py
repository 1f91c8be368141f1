from app import job

def test_run():
    seen = []
    old, job.push = job.push, lambda model, artifact_path: seen.append(artifact_path)
    try:
        job.run(1)
    finally:
        job.push = old
    assert seen == ["model"]
