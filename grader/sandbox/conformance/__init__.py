"""The one suite that tries to break every wall: the tests and ``grader doctor`` run it, on whatever machine they are.

A probe is a small program that tries one thing. It runs twice: unconfined, to see whether there is anything to hold on
this machine, and in a student process, where it must get nothing. What it says of itself is not enough: it attacks
decoys, and whether one of them was touched is looked up from outside.
"""

from grader.sandbox.conformance.examination import examine
from grader.sandbox.conformance.findings import Examination, Finding, Layer, State
from grader.sandbox.conformance.probes import PROBES, Probe

__all__ = ["PROBES", "Examination", "Finding", "Layer", "Probe", "State", "examine"]
