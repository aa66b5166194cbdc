"""The only things that cross the process border: bounded frames, values, and proxies for what stays behind.

Both sides run the same code (`Peer`), so this package imports numpy, torch and msgspec and nothing else of grader's.
"""
