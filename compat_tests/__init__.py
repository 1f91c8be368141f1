"""Proof that a project moved by the codemod still works: real MLflow 2 and 3 servers, one life cycle, compared."""
