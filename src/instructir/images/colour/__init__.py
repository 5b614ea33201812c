"""Colour: what a file's samples stand for, and the way to the pixels that we work on and back."""
