"""The single home of seeds: one number starts every generator that course code uses.

The seeding functions are bound when this module is imported: a hand-in that assigns to ``torch.manual_seed`` by mistake
must not break the cases that follow.
"""

from __future__ import annotations

import random

import numpy as np
import torch

_seed_random = random.seed
_seed_numpy = np.random.seed  # the global generator is what students draw from
_seed_torch = torch.default_generator.manual_seed  # on the CPU all that torch.manual_seed does, without its tracing


def seed_everything(seed: int) -> None:
    """Seed ``random``, numpy's global generator and torch's on the CPU, the same on both sides."""
    _seed_random(seed)
    _seed_numpy(seed % 2**32)
    _seed_torch(seed % 2**63)
