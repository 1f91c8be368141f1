def is_live(environment):
    return environment == "Staging"
