"""Who a new patient truly is: drawn from what the record says, the same for the same record in the same world."""

import math
from statistics import NormalDist

from thecal.body import TWO_POOL
from thecal.body.response import MAS_LARGEST
from thecal.rehearsal.chance import fraction
from thecal.rehearsal.world.patient import Person
from thecal.sources import OWN_CHOICE, Sourced

_OURS = f"{OWN_CHOICE}; no measurement was found"

EXAMINERS_DIFFER = Sourced(
    name="examiners_differ", value=0.5, unit="points of the scale", source=_OURS, grade="assumed"
)
USUAL_BASELINE = Sourced(name="usual_baseline", value=3.0, unit="points of the scale", source=_OURS, grade="assumed")
SPINAL_ARM = Sourced(name="spinal_arm", value=0.5, unit="of the legs' tone", source=_OURS, grade="assumed")

LEGS, ARM = ("soleus", "quadriceps"), "biceps"
CERTAIN = 0.001
"""How near to never and always a draw comes: nobody is endlessly sensitive."""


def draw_person(
    seed: int, *, key: str, recorded_mas: float | None, cerebral: bool, caller: str, pronoun: str
) -> Person:
    """A patient who never had intrathecal baclofen, with tone near `recorded_mas` (0 to 4; None where unknown).

    In the legs it is as recorded, give or take what examiners differ; in the arm the same where the origin is
    cerebral, and half of it where it is spinal. How sensitive somebody is nobody can know before the first dose.
    """
    recorded = USUAL_BASELINE.value if recorded_mas is None else recorded_mas
    arm = recorded if cerebral else recorded * SPINAL_ARM.value
    tone = [(muscle, _near(seed, key, muscle, recorded)) for muscle in LEGS] + [(ARM, _near(seed, key, ARM, arm))]
    return Person(
        key=key,
        baseline_mas=tuple(tone),
        tolerance=float(TWO_POOL.tolerance_naive.value),
        sensitivity=_sensitivity(seed, key),
        caller=caller,
        pronoun=pronoun,
    )


def _near(seed: int, key: str, muscle: str, recorded: float) -> float:
    share = fraction(seed, key, f"how {muscle} differs from the record")
    true = recorded + (2 * share - 1) * EXAMINERS_DIFFER.value
    return round(min(max(true, 0.0), MAS_LARGEST), 1)


def _sensitivity(seed: int, key: str) -> float:
    share = fraction(seed, key, "how sensitive to baclofen")
    spread = NormalDist().inv_cdf(min(max(share, CERTAIN), 1 - CERTAIN))
    return round(math.exp(TWO_POOL.sensitivity_log_sd.value * spread), 3)
