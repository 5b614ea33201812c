"""The image network in channels-last layout, for GPUs: training and inference."""
