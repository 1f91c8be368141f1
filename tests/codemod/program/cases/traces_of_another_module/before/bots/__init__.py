from .bot import Bot, ask, plain
