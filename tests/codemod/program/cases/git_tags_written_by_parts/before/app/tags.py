PREFIX = "mlflow.git"
def tags(branch):
    return {PREFIX + "BranchName": branch}
