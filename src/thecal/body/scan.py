"""Decay and gain, step after step, for many numbers at once: x[k + 1] = a[k] x[k] + b[k]."""

import math

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.transport import Whole

WIDE = 4096
"""From so many numbers to a step on, steps are taken one by one; narrower ones go in blocks side by side."""


def scan(start: Floats, keeps: Floats, adds: Floats, kind: Whole) -> Floats:
    """All x, (steps + 1, ...), of x[k + 1] = keeps[kind[k]] x[k] + adds[k] from x[0] = start.

    `start` (...); `keeps` (kinds, ...), `adds` (steps, ...), and which of the kinds each step is of, `kind` (steps,).
    """
    if start.size < WIDE and len(kind) > 1:
        return _in_blocks(start, keeps, adds, kind)
    found = np.empty((len(kind) + 1, *start.shape))
    found[0] = start
    for step, of in enumerate(kind.tolist()):
        np.multiply(keeps[of], found[step], out=found[step + 1])
        found[step + 1] += adds[step]
    return found


def _in_blocks(start: Floats, keeps: Floats, adds: Floats, kind: Whole) -> Floats:
    """The same sums by fewer and wider operations, where a step is small.

    Steps are cut into blocks that go side by side, each from zero; what each block begins with is added last.
    """
    steps = len(kind)
    blocks = math.isqrt(steps)
    length = -(-steps // blocks)
    spare = blocks * length - steps
    factors = np.concatenate([keeps, np.ones((1, *start.shape))])
    kept = factors[np.append(kind, np.full(spare, len(keeps))).reshape(blocks, length).T]
    padded = np.concatenate([adds, np.zeros((spare, *start.shape))])
    local = np.ascontiguousarray(padded.reshape(blocks, length, *start.shape).swapaxes(0, 1))
    for step in range(1, length):
        local[step] += kept[step] * local[step - 1]
        kept[step] *= kept[step - 1]
    begins = np.empty((blocks, *start.shape))
    begins[0] = start
    for block in range(1, blocks):
        begins[block] = kept[-1, block - 1] * begins[block - 1] + local[-1, block - 1]
    local += kept * begins
    return np.concatenate([start[None], local.swapaxes(0, 1).reshape(-1, *start.shape)[:steps]])
