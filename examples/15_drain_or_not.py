"""A tenfold slip, with and without 35 mL of fluid let out, early or late: how much drug that takes away.

Thecal is not a medical device; the patient is invented. What to do in an overdose says the label, not this.
"""

from pathlib import Path

from thecal.scenario import Scenario, Story, read, tell
from thecal.units import HOUR_MS


def drained(slip: Scenario, *hours_after: int) -> Story:
    """The slip with the same drain so many hours after the injection, or with none."""
    (drain,) = slip.drains
    moved = [drain.model_copy(update={"at_ms": (1 + hours) * HOUR_MS}) for hours in hours_after]
    return tell(slip.model_copy(update={"drains": tuple(moved)}))


slip = read(Path(__file__).parent / "14_overdose_drained.json")
for hours in (1, 2, 4, 8):
    print(
        f"35 mL drained {hours} h after the injection take {drained(slip, hours).run.drained_mcg:.0f} of 500 mcg along."
    )
for says, story in (("not drained", drained(slip)), ("drained after 1 h", drained(slip, 1))):
    course, after_h = story.outlook.drowsiness, story.run.exposure.times_h - 1.0
    most, drowsy = int(course.line.argmax()), after_h[course.high >= 0.5]
    print(
        f"{says}: drowsiness {course.line[most]:.0%} at most ({course.low[most]:.0%} to {course.high[most]:.0%}), "
        f"after {after_h[most]:.1f} h; more than half among the most sensitive until {drowsy[-1]:.0f} h"
    )
