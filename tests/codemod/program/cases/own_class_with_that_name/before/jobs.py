class JobInfo:
    run_uuid = ""


def submit():
    return JobInfo()
