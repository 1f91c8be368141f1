import columns
import mlflow
from columns import COLUMNS, OTHERS

info = mlflow.active_run().info
for title, column in COLUMNS.items():
    print(title, getattr(info, column))
for title, column in OTHERS.items():
    print(title, getattr(info, column))
print([dict(info)[column] for column in COLUMNS.values()])
for column in [columns.ID, "status"]:
    print(getattr(info, column))
for column in sorted(["run_name", "status"]):
    print(getattr(info, column))
