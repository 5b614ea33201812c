"""What computes the image network on a whole picture, behind one small interface.

The way that needs the least memory, over strips, is :mod:`instructir.inference.strips`; it steps in where a
picture is too large for a runtime here.
"""
