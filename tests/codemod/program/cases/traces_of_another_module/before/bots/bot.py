import mlflow


@mlflow.trace
def ask(question):
    return question


class Bot:
    @mlflow.trace(name="answer")
    def answer(self, question):
        return question

    def chat(self, question):
        return self.answer(question)

    def name(self):
        return "bot"


def plain(question):
    return question
