import argparse

from wrapper import save

parser = argparse.ArgumentParser()
parser.add_argument("--model-name", required=True)
parser.add_argument("--folder")
arguments = parser.parse_args()
save(open(arguments.folder), arguments.model_name)
