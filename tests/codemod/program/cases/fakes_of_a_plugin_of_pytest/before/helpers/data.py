class Info:
    def __init__(self, **fields):
        vars(self).update(fields)
