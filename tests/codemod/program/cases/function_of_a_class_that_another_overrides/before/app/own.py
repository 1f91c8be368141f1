from app.base import Base

class Own(Base):
    @staticmethod
    def log(model, artifact_path):
        print(artifact_path)
