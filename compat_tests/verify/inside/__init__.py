"""Scripts that run in the interpreters of the worlds. They import nothing of this project, and run on every Python from 3.8."""
