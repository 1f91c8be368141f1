from profile import keep_model, run

keep_model(1, artifact_path="a/b.c")
run("print(1)")
