"""The patient: spinal canal, cord, and the effect on muscle tone. It receives drug over time at the tip, nothing else.

`Body` is linear and exact; `thecal.body.response` turns what a muscle feels into tone. Not for dosing decisions: one
dimension, means of few patients, a fit by hand (see the parameter sets).
"""

from thecal.body.anatomy import LEVELS, TARGETS, level_cm
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.person import Body
from thecal.body.state import BodyState, Course

__all__ = ["LEVELS", "TARGETS", "TWO_POOL", "Body", "BodyState", "Course", "Parameters", "level_cm"]
