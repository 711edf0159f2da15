"""Parameter sets of the body: one module per set, named for what it is."""

from thecal.body.parameters.definition import Parameters
from thecal.body.parameters.two_pool_2026 import TWO_POOL

__all__ = ["TWO_POOL", "Parameters"]
