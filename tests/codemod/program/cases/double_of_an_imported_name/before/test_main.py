import main
from unittest.mock import patch
def test():
    with patch("main.save") as lm:
        main.log(1)
    lm.assert_called_with(1, artifact_path="model", serialization_format="cloudpickle")
