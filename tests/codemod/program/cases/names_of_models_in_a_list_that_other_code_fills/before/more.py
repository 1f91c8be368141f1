from names import NAMES

NAMES.append("second.one")
