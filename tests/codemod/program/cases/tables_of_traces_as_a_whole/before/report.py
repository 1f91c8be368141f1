import json

import mlflow
import pandas as pd

from traces import both

table = mlflow.search_traces()
stacked = pd.concat([mlflow.search_traces(), table], ignore_index=True)
print(stacked["request_id"])
tables = []
for experiment in ("1", "2"):
    tables.append(mlflow.search_traces(filter_string=f"attributes.experiment = '{experiment}'"))
print(pd.concat(tables)["execution_time_ms"].mean())


def pair():
    return mlflow.search_traces(), pd.read_csv("labels.csv")


found, labels = pair()
print(found["request_id"], labels["request_id"])
print(table.query("execution_time_ms > 100 and request_id != 'request_id'"), table.eval("n = timestamp_ms / 1000"))
table.to_csv("traces.csv")
print(list(table.columns))
json.dump(table.to_dict("records"), open("traces.json", "w"))
for record in table.to_dict("records"):
    print(record.keys(), record["trace"])
mixed = pd.concat([table, labels])
print(mixed["request_id"])
# What does not depend on the names of the columns, or is no table of traces.
table[["request", "response"]].to_csv("texts.csv")
table.rename(columns={"response": "answer"}).to_json("answers.json")
print(table.query("request == 'a' and response != 'request_id'"), len(table.to_dict("records")))
print(pd.concat([labels, pd.read_csv("more.csv")])["request_id"])
print(labels.query("request_id == 'a'"), labels.columns, labels.to_dict("records"))
labels.to_csv("labels.csv")
first, second = both()
print(first["request_id"], second["request_id"])
