"""Starts and confines student processes, and says how they ended."""
