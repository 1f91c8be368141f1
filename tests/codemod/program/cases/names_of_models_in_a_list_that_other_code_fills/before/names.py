NAMES = ["first"]
