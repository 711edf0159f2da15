"""A tenfold slip, with and without 35 mL of fluid let out, early or late: how much drug that takes away.

Thecal is not a medical device; the patient is invented. What to do in an overdose says the label, not this.
"""

from pathlib import Path

from thecal.scenario import read, tell
from thecal.scenario.given import Drain
from thecal.units import HOUR_MS

slip = read(Path(__file__).parent / "14_overdose_drained.json")
(drained,) = slip.drains
stories = {"no drain": tell(slip.model_copy(update={"drains": ()}))}
for after_h in (1, 2, 4, 8):
    moved: Drain = drained.model_copy(update={"at_ms": (1 + after_h) * HOUR_MS})
    stories[f"drained {after_h} h after it"] = tell(slip.model_copy(update={"drains": (moved,)}))
for says, story in stories.items():
    seen, hours = story.outlook, story.run.exposure.times_h - 1.0
    most = int(seen.drowsiness.line.argmax())
    drowsy = hours[seen.drowsiness.high >= 0.5]
    print(
        f"{says:20}  {story.run.drained_mcg:5.0f} mcg taken out   drowsiness {seen.drowsiness.line[most]:4.0%} at "
        f"{hours[most]:4.1f} h; among the most sensitive more than half until {drowsy[-1]:4.1f} h"
    )
