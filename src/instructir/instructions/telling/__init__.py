"""What a sentence tells and does not ask: scenes and captions, things, causes, uses, stories, praise.

The planners call it to leave such words out before a sentence is read; it calls what a plan is, and the
packages below it, but not :mod:`instructir.instructions.planning`.
"""
