"""Training: of the image network, the planner, and the networks that see faults and mend JPEG files."""
