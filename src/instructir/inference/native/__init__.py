"""The image network in C++, compiled for the processor at hand: rows of a picture that stay in its caches."""
