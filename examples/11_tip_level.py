"""One program, three tips: what calf and elbow get of it, and the brainstem.

Thecal is not a medical device; the patient is invented.
"""

from pathlib import Path

from thecal.scenario import read, tell

began = read(Path(__file__).parent / "10_infusion_begins.json")
print("tip   fluid at tip   at C2     calf    elbow   drowsy, most sensitive   (after four days)")
for tip_level in ("T10", "T6", "C5"):
    patient = began.patient.model_copy(update={"tip_level": tip_level})
    story = tell(began.model_copy(update={"patient": patient}))
    seen = story.outlook
    tip, head = (seen.levels[level].line[-1] for level in (tip_level, "C2"))
    calf, elbow = (seen.muscles[name].suppressed.line[-1] for name in ("soleus", "biceps"))
    print(f"{tip_level:4}  {tip:6.3f} mcg/mL  {head:6.3f}  {calf:6.0%}  {elbow:6.0%}   {seen.drowsiness.high[-1]:6.0%}")
