import mlflow

mlflow.openai.autolog()


def completed(client, question):
    return client.chat.completions.create(question)
