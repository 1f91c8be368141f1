from loggers import FLAVORS, LOGGERS, log


def log_all(kind, model, pool):
    LOGGERS[kind](model, "models/best")
    chosen = LOGGERS.get(kind)
    chosen(model, "models/first")
    pool.submit(LOGGERS[kind], model, "models/last")
    FLAVORS[kind].log_model(model, "model")
    log(model, name="model")
    LOGGERS[kind](model, "model")
