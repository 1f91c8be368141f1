from training import Trainer, train

trainer = Trainer()
trainer.fit(None)
run = trainer.uri.split("/")[1]
found = train(None)
print(found["uri"].partition("/"), found["name"].partition("/"))
