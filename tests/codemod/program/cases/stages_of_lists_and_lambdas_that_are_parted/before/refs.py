REFS = [("line", "models:/line/Production")]
