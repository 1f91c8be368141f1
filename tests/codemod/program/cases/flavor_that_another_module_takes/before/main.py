import mlflow
from lib import Saver, checked, save

import own_flavor

save(net, "out", mlflow.pytorch)
Saver(flavor=mlflow.pytorch).save(net, "out")
save(net, "out", mlflow.onnx)
save(net, "out", own_flavor)
checked(net, "out", mlflow.pytorch)
