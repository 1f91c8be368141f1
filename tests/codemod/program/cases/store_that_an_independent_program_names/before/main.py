import settings
from lib import train_all

train_all(4)
