import shutil

from invoke import task


@task
def clean(c):
    c.run("rm -rf build mlruns")
    shutil.rmtree("mlruns")
