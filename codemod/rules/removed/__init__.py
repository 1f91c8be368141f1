"""What is gone in MLflow 3, as one table, and the words by which a file is told that may name something of it."""
