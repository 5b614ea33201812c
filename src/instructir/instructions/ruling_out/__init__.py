"""What is left alone, denied, excepted, settled or preferred, and the words that say so.

Every other package may call it; it calls nothing but the names of faults.
"""
