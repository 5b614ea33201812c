"""What puts a plan together: the steps of each clause, and what it says of tone, light, sizes and regions.

It may call every other package of rules. The planners of English and of the other languages call it.
"""
