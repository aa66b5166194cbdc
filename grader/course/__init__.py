"""Reads and checks ``assignments/`` and ``solutions/``; cuts stubs from masters."""
