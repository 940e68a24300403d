"""What is found in votes: one file for each thing found. Pure functions, arrays in and out.

Importing this package imports nothing: `draw` and `interval` are light, the rest brings numba.
"""

VERSION = "1.0.0"
