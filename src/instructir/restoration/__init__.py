"""Pixels in, pixels out: the Restorer and how it copes with any size."""
