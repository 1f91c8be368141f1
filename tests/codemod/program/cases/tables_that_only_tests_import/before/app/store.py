COLUMNS = ("run_uuid", "status")


def row(values):
    return dict(zip(COLUMNS, values))


def record(make, value):
    return make(run_uuid=value)
