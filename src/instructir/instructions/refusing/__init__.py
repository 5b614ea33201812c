"""What no restoration does or nobody understands: faults to be added, the reverse, other work, small talk.

It says whether a sentence asks for such; what is then answered is left to those who call it. It calls only
what is ruled out and the names of faults.
"""
