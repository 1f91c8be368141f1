import pkg
from lib import *

log(net, "model")
save_model(net, "out")
pkg.keep(net, path="out")
