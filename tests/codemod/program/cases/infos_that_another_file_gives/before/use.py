from train import LOGGED, Trainer, as_dict, by_kind, each, train

result = train(None)
print(result.info.model_uri.split("/")[1])
print(result.uri.split("/")[1], result.score)
print(Trainer().fit(None).info().model_uri.split("/")[1])
print(as_dict(None)["info"].model_uri.split("/")[1], as_dict(None)["path"].split("/"))
match as_dict(None):
    case {"info": info}:
        print(info.model_uri.split("/")[1])
for kind, logged in by_kind({}).items():
    print(kind.split("/"), logged.model_uri.split("/")[1])
for logged in each([]):
    print(logged.model_uri.split("/")[1])
print([logged.model_uri.split("/")[1] for logged in LOGGED])
