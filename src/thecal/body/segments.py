"""The segments of the cord, C1 to S5, in centimetres caudal of the foramen magnum of the adult of 170 cm.

The cord is shorter than the column, so a segment lies above the vertebra of its name: by one vertebra at the lower
neck, by about two from T3 to T12 (jkns.or.kr, view number 142), and all of L1 to S5 lies under T11 to L1. What the cord
tapers off with below S5 belongs to no segment here. Intervals are `[from, to)`, cranial end first.
"""

from thecal.body.anatomy import LEVEL_ENDS
from thecal.errors import BadInput
from thecal.sources import OWN_CHOICE, Sourced

_OFFSETS = f"{OWN_CHOICE}: T3-T12 two vertebrae above their own (jkns.or.kr, view number 142), L1-S5 under T11-L1"
# fmt: off
_ENDS_CM = {
    "C1": 1.4, "C2": 2.8, "C3": 4.2, "C4": 5.7, "C5": 7.4, "C6": 9.1, "C7": 10.8, "C8": 11.9,
    "T1": 12.9, "T2": 13.9, "T3": 15.2, "T4": 16.8, "T5": 18.5, "T6": 20.6, "T7": 22.7, "T8": 24.9, "T9": 27.2,
    "T10": 29.5, "T11": 31.9, "T12": 34.4,
    "L1": 35.8, "L2": 37.1, "L3": 38.3, "L4": 39.4, "L5": 40.3,
    "S1": 41.1, "S2": 41.7, "S3": 42.3, "S4": 42.8, "S5": 43.3,
}
# fmt: on
SEGMENT_ENDS = {
    segment: Sourced(name=f"end of cord segment {segment}", value=end_cm, unit="cm", source=_OFFSETS, grade="assumed")
    for segment, end_cm in _ENDS_CM.items()
}
SEGMENTS: tuple[str, ...] = tuple(SEGMENT_ENDS)

MUSCLE_SEGMENTS: dict[str, tuple[str, ...]] = {
    "soleus": ("S1",),
    "quadriceps": ("L3", "L4"),
    "flexor carpi radialis": ("C6", "C7"),
    "biceps": ("C5", "C6"),
}
"""The usual segments of each target of `thecal.body.anatomy.TARGETS`; they lie within its vertebral levels."""

assert SEGMENT_ENDS["S5"].value == LEVEL_ENDS["L1"].value, "the last segment ends with the conus, at L1/2"


def segment_range_cm(segment: str) -> tuple[float, float]:
    """Where a cord segment begins and ends. BadInput for a name that is none."""
    if segment not in SEGMENT_ENDS:
        remedy = f"Use a cord segment from {SEGMENTS[0]} to {SEGMENTS[-1]}, such as L3."
        raise BadInput("segment", f"{segment!r} is not a segment of the cord", remedy=remedy)
    index = SEGMENTS.index(segment)
    begins = SEGMENT_ENDS[SEGMENTS[index - 1]].value if index else 0.0
    return begins, SEGMENT_ENDS[segment].value
