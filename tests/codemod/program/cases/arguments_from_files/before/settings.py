import yaml

SETTINGS = yaml.safe_load(open("settings.yaml"))
