"""The same person, 50 mcg at once or 100 mcg a day: when tone falls, how far, and for how long.

Thecal is not a medical device; the patient is invented.
"""

from pathlib import Path

import numpy as np

from thecal.scenario import read, tell

HERE = Path(__file__).parent
for name in ("09_screening_bolus.json", "10_infusion_begins.json"):
    story = tell(read(HERE / name))
    hours = story.run.exposure.times_h - (1.0 if story.scenario.boluses else 0.0)
    tone, fluid = story.muscles["soleus"].suppressed, story.outlook.levels["L3"]
    felt = np.flatnonzero(tone.line >= 0.3)
    most = int(tone.line.argmax())
    print(story.scenario.title)
    print(f"  fluid at L3: most {fluid.line.max():.2f} mcg/mL, after {hours[int(fluid.line.argmax())]:.1f} h")
    print(
        f"  tone of the calf: at most {tone.line[most]:.0%} suppressed ({tone.low[most]:.0%} to {tone.high[most]:.0%})"
    )
    print(
        f"  three tenths or more from {hours[felt[0]]:.1f} h to {hours[felt[-1]]:.0f} h, most after {hours[most]:.1f} h"
    )
