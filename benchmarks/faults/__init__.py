"""What bad files cost a pool of processes: ours beside loky and `concurrent.futures`, on the same tree with the same faults."""
