import mlflow
from bots import Bot

bot = Bot()
bot.chat("a")
print(mlflow.MlflowClient().search_traces(["0"]))
