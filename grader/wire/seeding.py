"""The single home of seeds: one number starts every generator that course code uses."""

from __future__ import annotations

import random

import numpy as np
import torch


def seed_everything(seed: int) -> None:
    """Seed ``random``, numpy's global generator and torch, the same on both sides."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the global generator is what students draw from
    torch.manual_seed(seed % 2**63)
