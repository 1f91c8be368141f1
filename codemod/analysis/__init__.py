"""The questions that a rule may ask of the code in front of it."""
