"""Each engine beside the tool that a user would pick instead, in one run: `make bench`."""
