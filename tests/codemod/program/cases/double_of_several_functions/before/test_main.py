import main
from unittest import mock
@mock.patch.multiple("mlflow", evaluate=mock.DEFAULT, log_metric=mock.DEFAULT)
def test(evaluate, log_metric):
    main.score(1, 2)
    evaluate.assert_called_once()
