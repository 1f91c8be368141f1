from app.legacy import fetch
from app.lone import Lone


class Fake(Lone):
    def run(self, name):
        return fetch(name)


print(Fake().show("a.json"))
