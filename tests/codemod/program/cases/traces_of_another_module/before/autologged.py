import mlflow
from logged import completed
from openai import OpenAI

completed(OpenAI(), "a")
print(len(mlflow.search_traces(["0"])))
