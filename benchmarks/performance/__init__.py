"""How time and memory grow with a tree: ``python -m benchmarks.performance`` writes docs/performance.md."""
