"""The pump's crystal against true time.

A crystal that gains d parts per million counts `true + gained // 1_000_000` ms, where `gained` grows by d every true
millisecond. Nothing is rounded away, so however a stretch is cut the pump's count is the same.
"""

from thecal.flow import Segment
from thecal.units import ceil_div

MILLION = 1_000_000


def gained_after(gained: int, lasts_ms: int, drift_per_million: int) -> int:
    """What the crystal has gained after so much true time."""
    return gained + lasts_ms * drift_per_million


def true_segments(
    commanded: tuple[Segment, ...], pump_ms: int, gained: int, gained_then: int, start_ms: int, end_ms: int
) -> tuple[Segment, ...]:
    """The commanded flow in true time, within `[start_ms, end_ms)`; what fits no millisecond goes with the next.

    `pump_ms` is the pump's count at `start_ms`, `gained` what it had gained then, `gained_then` at `end_ms`.
    """
    if gained == gained_then:
        shift_ms = start_ms - pump_ms
        return tuple(
            Segment(start_ms=segment.start_ms + shift_ms, end_ms=segment.end_ms + shift_ms, volume_nl=segment.volume_nl)
            for segment in commanded
        )
    per_million = (gained_then - gained) // (end_ms - start_ms)

    def true_ms(at_ms: int) -> int:
        """The first true millisecond at which the pump counts `at_ms`."""
        waits = ceil_div((at_ms - start_ms) * MILLION - gained, MILLION + per_million)
        return min(max(start_ms + waits, start_ms), end_ms)

    edges = [(true_ms(segment.start_ms), true_ms(segment.end_ms), segment.volume_nl) for segment in commanded]
    return tuple(_lasting(edges, start_ms, end_ms))


def _lasting(edges: list[tuple[int, int, int]], start_ms: int, end_ms: int) -> list[Segment]:
    """Segments that last; the volume of one that does not is added to its neighbour."""
    segments: list[Segment] = []
    owed_nl = 0
    for begins_ms, ends_ms, volume_nl in edges:
        if begins_ms < ends_ms:
            segments.append(Segment(start_ms=begins_ms, end_ms=ends_ms, volume_nl=volume_nl + owed_nl))
            owed_nl = 0
        else:
            owed_nl += volume_nl
    if not owed_nl:
        return segments
    last = segments.pop() if segments else Segment(start_ms=start_ms, end_ms=end_ms, volume_nl=0)
    return [*segments, Segment(start_ms=last.start_ms, end_ms=last.end_ms, volume_nl=last.volume_nl + owed_nl)]
