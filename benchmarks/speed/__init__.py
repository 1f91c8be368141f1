"""How long the codemod takes, as whole processes, beside the tools that a user would pick instead.

``python -m benchmarks`` runs it. These are measurements to read, not tests: a busy machine changes them.
"""
