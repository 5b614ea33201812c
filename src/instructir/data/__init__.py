"""Pictures on disk: training sources and mixtures, benchmark sets."""
