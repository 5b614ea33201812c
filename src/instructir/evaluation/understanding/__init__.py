"""Measures what is understood: sentences, faults that no sentence names, and both together."""
