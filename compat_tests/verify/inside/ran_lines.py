"""Prints which lines ran, as JSON: ``python ran_lines.py LIBRARY FOLDER < cells.json``.

LIBRARY is where coverage.py lies and FOLDER holds its data files. Standard input is a list of sources of notebook cells. The answer has
``lines`` (numbers of the lines by the path of the file), ``cells`` (the file's name that Jupyter's kernel gives to each cell; null where
this interpreter has no such kernel) and ``broken`` (data files that could not be read).
"""

import glob
import json
import os
import sys


def main():
    sources = json.load(sys.stdin)
    sys.path.insert(0, sys.argv[1])
    from coverage import CoverageData

    lines: dict[str, set[int]] = {}
    broken = []
    for name in sorted(glob.glob(os.path.join(glob.escape(sys.argv[2]), "*"))):
        data = CoverageData(basename=name)
        try:
            data.read()
            for file in data.measured_files():
                lines.setdefault(file, set()).update(data.lines(file) or ())
        except Exception as error:
            broken.append(f"{os.path.basename(name)}: {error}")
    try:
        from ipykernel.compiler import get_file_name

        cells = [os.path.basename(get_file_name(source)) for source in sources]
    except ImportError:
        cells = [None for _ in sources]
    json.dump(
        {"lines": {file: sorted(numbers) for file, numbers in lines.items()}, "cells": cells, "broken": broken},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
