class Job:
    def __init__(self, run_uuid):
        self.run_uuid = run_uuid


def uuid_of(job):
    return job.run_uuid
