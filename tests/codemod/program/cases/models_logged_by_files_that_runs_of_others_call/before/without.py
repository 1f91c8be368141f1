from app.fourth import Fourth
def main(config, data):
    Fourth(config).fit(data)
