import pkg
from lib import *

log(net, name="model", serialization_format="pickle")
save_model(net, "out", serialization_format="pickle")
pkg.keep(net, path="out", serialization_format="pickle")
