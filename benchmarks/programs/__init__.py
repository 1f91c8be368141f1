"""The measure that counts: do real MLflow 2 programs run on MLflow 3, before and after the codemod?

``python -m benchmarks.programs --repositories DIR`` takes public programs out of clones in ``DIR``, runs each on MLflow
2.22, and runs those that succeed on the newest MLflow 3: unchanged, after a rename of ``artifact_path``, after
``python -m codemod apply`` and after ``apply --unsafe``. The list of programs is data (``programs.toml``); their code
belongs to other people and stays out of this project.
"""
