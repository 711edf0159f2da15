"""The patient: spinal canal, cord, and the effect on muscle tone. It receives drug over time at the tip, nothing else.

`Body` is linear and exact; `thecal.body.response` turns what a muscle feels into tone. Not for dosing decisions: one
dimension, means of few patients, a fit by hand (see the parameter sets).
"""

from thecal.body.anatomy import LEVELS, TARGETS, TIP_LEVELS, level_cm
from thecal.body.parameters import SETS, TWO_POOL, Parameters
from thecal.body.person import Body
from thecal.body.regime import REGIMES, Regime
from thecal.body.segments import SEGMENTS, segment_range_cm
from thecal.body.state import BodyState, Course
from thecal.body.stature import Stature

__all__ = [
    "LEVELS",
    "REGIMES",
    "SEGMENTS",
    "SETS",
    "TARGETS",
    "TIP_LEVELS",
    "TWO_POOL",
    "Body",
    "BodyState",
    "Course",
    "Parameters",
    "Regime",
    "Stature",
    "level_cm",
    "segment_range_cm",
]
