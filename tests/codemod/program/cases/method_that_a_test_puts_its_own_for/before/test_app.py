from app import Logger


class Recording(Logger):
    def _send(self, model, **kwargs):
        self.seen = kwargs


def test_log():
    logger = Recording()
    logger.log("m")
    assert logger.seen["artifact_path"] == "model"
