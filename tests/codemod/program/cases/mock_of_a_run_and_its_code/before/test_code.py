from unittest import mock

import code


def test_save():
    with mock.patch("code.mlflow") as fake:
        fake.start_run.return_value.__enter__.return_value.info.run_uuid = "1"
        assert code.save() == "1"
