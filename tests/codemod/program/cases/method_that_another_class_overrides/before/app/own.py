from app.base import Base
from app.sink import sink
class Own(Base):
    def flavor(self):
        return sink
