from lib import log as note

note(net, name="model", serialization_format="pickle")
