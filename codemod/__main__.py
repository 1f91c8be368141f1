"""Runs the command line: ``python -m codemod``."""

from codemod.module_path import leave_current_folder

if __name__ == "__main__":
    leave_current_folder(is_first=True)

from codemod.cli import main

if __name__ == "__main__":
    main()
