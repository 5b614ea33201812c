"""What puts a sentence into plainer words before it is read: courtesies, slang, emoji, other scripts, commas.

Text goes in and comes out: it knows no plans. The planners call it, and so does
:mod:`instructir.instructions.telling`.
"""
