"""Who a virtual patient is, and what is true of one at a moment."""

import json
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thecal.body import TARGETS, Body, BodyState
from thecal.body.response import MAS_LARGEST, modified_ashworth, suppression
from thecal.errors import BadInput
from thecal.rehearsal.world.watch import Watch
from thecal.twin.device import Device

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What stays the same of a patient.

    `baseline_mas` is (muscle group, Modified Ashworth without drug) for each group that an examiner looks at.
    `tolerance` multiplies the half-effect concentration; `sensitivity` 2 means half the concentration does as much.
    `caller` is who telephones, `pronoun` what they call the patient: "I", "he", "she" or "they".
    """

    key: str
    baseline_mas: tuple[tuple[str, float], ...]
    tolerance: float
    sensitivity: float = 1.0
    tip_level: str = "T10"
    caller: str = "the patient"
    pronoun: str = "I"
    utc_offset_min: int = 0

    def __post_init__(self) -> None:
        if not self.key:
            raise BadInput("key", "is empty", remedy="Give every patient a key of its own.")
        if not self.baseline_mas:
            raise BadInput("baseline_mas", "is empty", remedy="Name at least one muscle group and its score.")
        for muscle, score in self.baseline_mas:
            if muscle not in TARGETS or not 0 <= score <= MAS_LARGEST:
                remedy = f"Use a score from 0 to 4 for one of {', '.join(TARGETS)}."
                raise BadInput("baseline_mas", f"{muscle} {score} is not a finding", remedy=remedy)

    def body(self) -> Body:
        """The canal with this patient's catheter tip; built once for each level."""
        return Body.adult(self.tip_level)

    def suppressed(self, effect_ng_per_ml: ArrayLike) -> Floats:
        """The fraction of tone that these concentrations at a muscle take away."""
        return suppression(effect_ng_per_ml, self.tolerance, self.sensitivity)

    def ashworth(self, effects_ng_per_ml: dict[str, float]) -> dict[str, float]:
        """The true Modified Ashworth score of each group that is looked at, 0 to 4."""
        return {
            muscle: float(modified_ashworth(self.suppressed(effects_ng_per_ml[muscle]), baseline))
            for muscle, baseline in self.baseline_mas
        }

    def to_json(self) -> str:
        """One line that `from_json` takes back."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def from_json(text: str) -> "Person":
        """What `to_json` wrote."""
        fields = json.loads(text)
        fields["baseline_mas"] = tuple((muscle, score) for muscle, score in fields["baseline_mas"])
        return Person(**fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualPatient:
    """A patient to add to a world: as of `device.now_ms`, or of the world's now where there is no implant yet.

    A device that lags behind the world's clock is lived forward: that is how a stall of yesterday has its day.
    `body` None is a body without drug; `Body.steady` gives one that is used to its dose.
    """

    person: Person
    device: Device | None = None
    body: BodyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """All that is true of one patient at `at_ms`; everything later follows from it."""

    at_ms: int
    device: Device | None
    body: BodyState
    watch: Watch
