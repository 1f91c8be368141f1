MODEL = "models/line"


class Settings:
    path = "a.b"
