from .trainer import Trainer
def run(config, data):
    _train(config, data)
def _train(config, data):
    trainer = Trainer(config)
    trainer.fit(data)
