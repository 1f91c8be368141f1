import sklearn.linear_model

from pkg import keep, log

model = sklearn.linear_model.Ridge().fit([[0.0], [1.0]], [0.0, 1.0])
log(model, "model")
keep(model, "models/ridge")
