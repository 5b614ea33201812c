"""The training step of the image network's blocks on a CPU, by a compiled kernel."""
