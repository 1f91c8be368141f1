NAMES = ["first/one", "second"]
PLAIN = ("third", "fourth")
