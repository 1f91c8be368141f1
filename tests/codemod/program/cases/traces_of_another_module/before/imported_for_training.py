import mlflow
import trained

model.fit(data)
print(len(mlflow.search_traces(["0"])))
