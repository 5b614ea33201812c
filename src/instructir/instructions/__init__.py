"""What people say: the corpus, and its translation into plans.

:func:`instructir.instructions.planner.plan` is the entry. The packages of rules beside it say what the
trained reader is asked, and what its answer means; ``pyproject.toml`` says which of them may import which.
"""
