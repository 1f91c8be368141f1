import main
def test(lm):
    main.log(1)
    lm.assert_called_once_with(1, artifact_path="model", serialization_format="cloudpickle")
