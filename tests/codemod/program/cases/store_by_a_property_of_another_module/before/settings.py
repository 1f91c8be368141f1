from pathlib import Path


class Settings:
    root = Path(__file__).parent

    @property
    def tracking_uri(self):
        return (self.root / "runs").as_uri()

    @property
    def server(self):
        return "http://" + self.host


settings = Settings()
