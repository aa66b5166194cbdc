"""The one suite that tries to break every wall: the tests and ``grader doctor`` run it, on whatever machine they are.

A probe is a small program that tries one thing. It runs twice: unconfined, to see whether there is anything to hold on
this machine, and in a student process, where it must get nothing. What it says of itself is not enough: it attacks
decoys, and whether one of them was touched is looked up from outside.
"""

from grader.sandbox.conformance.examination import examine
from grader.sandbox.conformance.probes import PROBES, Probe
from grader.sandbox.conformance.results import Examination, Layer, ProbeResult, State

__all__ = ["PROBES", "Examination", "Layer", "Probe", "ProbeResult", "State", "examine"]
