"""What is in a body at one moment, and what a stretch of time looked like.

A state holds concentrations, not amplitudes: eigenvectors differ in sign and order between linear-algebra libraries,
and a stored state must mean the same on every machine.
"""

import math
from dataclasses import dataclass

import numpy as np

from thecal.body.anatomy import Floats
from thecal.body.kinetics import POOLS
from thecal.errors import TheirFault

EFFECTS = len(POOLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyState:
    """`concentrations_mcg_per_ml` by node of the tree; `effects_ng_per_ml` by pool, as in `kinetics.POOLS`.

    It belongs to bodies of one grid. Moving the catheter's tip keeps it.
    """

    concentrations_mcg_per_ml: tuple[float, ...]
    effects_ng_per_ml: tuple[float, ...]

    def to_floats(self) -> list[float]:
        """The state as a list for JSON, which prints floats so that they come back exactly."""
        return [*self.effects_ng_per_ml, *self.concentrations_mcg_per_ml]

    @classmethod
    def from_floats(cls, floats: list[float]) -> "BodyState":
        """What `to_floats` wrote; TheirFault for anything that cannot be a state."""
        if len(floats) <= EFFECTS or not all(type(each) in {int, float} and math.isfinite(each) for each in floats):
            raise TheirFault(
                "a body's state is a list of finite numbers", remedy="Take the state from its last backup."
            )
        values = [float(each) for each in floats]
        return cls(concentrations_mcg_per_ml=tuple(values[EFFECTS:]), effects_ng_per_ml=tuple(values[:EFFECTS]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """A body at each of `times_h` (times,), exact at each: nothing between two times is missed.

    `csf_mcg_per_ml` and `cord_mcg_per_ml` (times, cells), the cord 0 where there is none; `z_cm` (cells,), the middles
    of the cells; `cisternal_mcg_per_ml` (times,); `effect_ng_per_ml`, by target, C_e (times,);
    `brainstem_ng_per_ml` and `plasma_ng_per_ml` (times,).
    """

    times_h: Floats
    z_cm: Floats
    csf_mcg_per_ml: Floats
    cord_mcg_per_ml: Floats
    cisternal_mcg_per_ml: Floats
    effect_ng_per_ml: dict[str, Floats]
    brainstem_ng_per_ml: Floats
    plasma_ng_per_ml: Floats

    def csf_at(self, z_cm: float) -> Floats:
        """CSF at one place (mcg/mL), (times,): a straight line between the two nearest cells."""
        after = int(np.clip(np.searchsorted(self.z_cm, z_cm), 1, len(self.z_cm) - 1))
        share = (z_cm - self.z_cm[after - 1]) / (self.z_cm[after] - self.z_cm[after - 1])
        share = float(np.clip(share, 0.0, 1.0))
        return np.asarray((1.0 - share) * self.csf_mcg_per_ml[:, after - 1] + share * self.csf_mcg_per_ml[:, after])
