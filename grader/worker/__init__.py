"""Runs in the student process: loads a hand-in and answers the judge's calls. Started by name, imported by nobody."""
