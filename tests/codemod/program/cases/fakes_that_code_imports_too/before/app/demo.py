from app.offline import Client

print(Client().search_runs(["0"]))
