"""The patient: spinal canal, cord, and the effect on muscle tone. It receives drug over time at the tip, nothing else.

`Body` is linear and exact; `thecal.body.response` turns what a muscle feels into tone. Not for dosing decisions: one
dimension, means of few patients, a fit by hand (see the parameter sets).

Units are cm, mL, h and mcg: mcg/mL in fluid, ng/mL at muscles, in the brainstem and in plasma. A docstring names the
axes of an array in parentheses after it: (patients, times), (cells + 1,), () for a plain number, `...` for any axes in
front. One name is one number within a call or an object, and tests hold every array to it. Unless a docstring says
otherwise, `edges_h` (edges,) rise, `rates_mcg_per_h` (edges − 1,) or (patients, edges − 1) hold between them, none
negative, and `times_h` (times,) lie within them: OurFault where that is not so.
"""

from thecal.body.anatomy import LEVELS, TARGETS, TIP_LEVELS, level_cm
from thecal.body.cohort import Cohort
from thecal.body.parameters import SETS, TWO_POOL, Parameters
from thecal.body.person import Body
from thecal.body.regime import REGIMES, Regime
from thecal.body.segments import SEGMENTS, segment_range_cm
from thecal.body.state import BodyState, Course
from thecal.body.stature import Stature
from thecal.body.treated import Stretch, treat

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
    "Cohort",
    "Course",
    "Parameters",
    "Regime",
    "Stature",
    "Stretch",
    "level_cm",
    "segment_range_cm",
    "treat",
]
