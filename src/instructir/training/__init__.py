"""Training: options, degradation of batches, the loop and its checkpoints."""
