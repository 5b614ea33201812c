"""Words and figures for tone, colour, and how much of anything is asked for.

A plan is made of these, so they know no plan; :mod:`instructir.instructions.planning` makes one of them.
"""
