from steps import Onnx, logged, publish

publish(None, "team/one")
Onnx().publish(None, "team/two")
print(logged(None).model_uri.split("/")[1])
