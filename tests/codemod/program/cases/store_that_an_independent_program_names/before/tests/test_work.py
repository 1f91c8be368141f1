from work import work


def test_work():
    work(1)
