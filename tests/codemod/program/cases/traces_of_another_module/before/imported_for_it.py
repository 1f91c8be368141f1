import logged
import mlflow
from openai import OpenAI

OpenAI().chat.completions.create("a")
print(len(mlflow.search_traces(["0"])))
