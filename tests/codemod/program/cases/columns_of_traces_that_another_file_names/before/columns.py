COLUMNS = ["request_id", "status", "tags"]
KEYS = ("status",)
NAMES = {"request_id": "id", "timestamp_ms": "time", "tags": "labels"}
TIME = "execution_time_ms"
OTHERS = ["tags", "spans"]


class Columns:
    ID = "request_id"
