from again import print_rows


def show(frame):
    print(frame["request_id"], frame.sort_values("execution_time_ms"))
    print_rows(frame)


def of_both(frame):
    print(frame["request_id"])


def run_of(uri):
    return uri.split("/")[1]


def name_of(path):
    return path.split("/")[1]


class Report:
    def __init__(self, frame, title=""):
        self.frame = frame
        self.title = title

    def rows(self):
        return [row.request_id for row in self.frame.itertuples()], self.title.split("/")
