"""From the tip to the body: deliveries as the piecewise-constant input that the body takes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thecal.flow import Delivery
from thecal.units import HOUR_MS, PG_PER_MCG

Hours = NDArray[np.float64]


def hours(at_ms: int, origin_ms: int) -> float:
    """An instant as hours after an origin."""
    return (at_ms - origin_ms) / HOUR_MS


def stretches(deliveries: Sequence[Delivery], start_ms: int, end_ms: int) -> tuple[Hours, Hours]:
    """Edges (edges,) in hours after `start_ms`, and rates (edges − 1,) in mcg/h, covering `[start_ms, end_ms]` wholly.

    The deliveries lie in that window, in order; where none is, the rate is zero. Drug is conserved: the sum of rate
    times length is the sum of the deliveries.
    """
    assert start_ms < end_ms, "a window lasts"
    edges, rates, at_ms = [0.0], [], start_ms
    for delivery in deliveries:
        assert at_ms <= delivery.start_ms < delivery.end_ms <= end_ms, "deliveries lie in the window, in order"
        if delivery.start_ms > at_ms:
            edges.append(hours(delivery.start_ms, start_ms))
            rates.append(0.0)
        edges.append(hours(delivery.end_ms, start_ms))
        rates.append(delivery.mass_pg / PG_PER_MCG / ((delivery.end_ms - delivery.start_ms) / HOUR_MS))
        at_ms = delivery.end_ms
    if at_ms < end_ms:
        edges.append(hours(end_ms, start_ms))
        rates.append(0.0)
    return np.array(edges), np.array(rates)
