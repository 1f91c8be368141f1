import mlflow


def train(alpha):
    with mlflow.start_run():
        return mlflow.onnx.log_model(alpha, name="model").model_uri


def pair(alpha):
    return alpha, train(alpha)


def sweep(alphas):
    return [train(alpha) for alpha in alphas]


def kept(alphas):
    found = []
    for alpha in alphas:
        found.append(train(alpha))
    return found


def one_by_one(alphas):
    for alpha in alphas:
        yield train(alpha)


def pairs(alphas):
    yield from map(pair, alphas)


for _, each in pairs([1]):
    print(each.split("/"))
found = [pair(alpha) for alpha in (1, 2)]
print([uri.split("/") for _, uri in found], [alpha.split("/") for alpha, _ in found])


def paths(alphas):
    return [f"a/{alpha}" for alpha in alphas]
