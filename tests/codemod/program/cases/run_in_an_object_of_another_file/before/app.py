import mlflow
from start import begin
from state import state

begin()
print(state.run.info.run_uuid)
mlflow.end_run()
