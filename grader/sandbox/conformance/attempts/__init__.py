"""What the probes try: one function per probe, in files that are named after a wall or its part.

A probe's docstring is its title: the first line in English, the second paragraph in Chinese. It returns what it got
hold of, or raises `OSError`, `MemoryError` or `Refused`. Whatever it does, it does to decoys and for a moment: it also
runs unconfined, to see whether there is anything to hold on this machine.
"""
