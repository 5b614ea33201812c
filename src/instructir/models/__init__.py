"""The networks, the paper's and those that read sentences and see faults; checkpoints and bundled weights."""
