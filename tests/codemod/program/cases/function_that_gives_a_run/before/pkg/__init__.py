from runs import newest
