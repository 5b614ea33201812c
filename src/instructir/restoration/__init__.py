"""Pixels in, pixels out: a sentence is planned, its steps are run, and each is looked at again."""
