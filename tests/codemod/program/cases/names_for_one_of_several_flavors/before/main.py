import saving
from saving import save

save(model, "v1.0")
saving.save(model, path="ok", input_example=example)
saving.other(writer, model, "c/d")
