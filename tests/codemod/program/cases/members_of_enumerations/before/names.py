from enum import Enum


class Where(str, Enum):
    FOLDER = "models/ridge"
    PLAIN = "ridge"
