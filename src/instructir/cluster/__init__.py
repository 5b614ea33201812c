"""The folder job on many machines."""
