from enum import Enum


class Uri(str, Enum):
    LIVE = "models:/churn/Production"
