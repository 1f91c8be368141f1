from app.other import Other
from app.session import session
def main(config, data):
    with session():
        Other(config).fit(data)
