from unittest.mock import Mock
from app.job import Job

def test_run():
    job = Job()
    job.push = Mock()
    job.run(1)
    job.push.assert_called_once_with(1, artifact_path="model")
