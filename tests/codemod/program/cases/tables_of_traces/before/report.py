import mlflow
import pandas as pd

from traces import Traces, slowest

COLUMN = "execution_time_ms"
COLUMNS = ["request_id", "trace_id"]
table = mlflow.search_traces()
if short:
    table = table[table["trace_id"] != "tr-1"]


def identifier(row):
    return row["request_id"]


print(table["request_id"], table[COLUMN], table[COLUMNS])
print(table.apply(lambda row: row["request_id"], axis=1), table.apply(identifier, axis=1))
print(table.assign(seconds=lambda rows: rows["execution_time_ms"] / 1000))
print(table.groupby("status")["execution_time_ms"].mean(), table.loc[0, "request_id"])
print(pd.merge(table, pd.read_csv("labels.csv"), on="request_id"))
for record in table.to_dict("records"):
    print(record["request_id"], record["trace_id"])
print(Traces().table["request_id"], slowest()["request_id"])
labels = pd.read_csv("labels.csv")
print(labels["request_id"], labels[COLUMN], labels.apply(lambda row: row["status"], axis=1))
for record in labels.to_dict("records"):
    print(record["request_id"])
# Without an axis, pandas gives columns.
print(table.apply(lambda column: column["request_id"]))
