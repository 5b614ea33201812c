"""The networks of the paper, their checkpoints and the registry of pretrained models."""
