"""The patient of a scenario: somebody invented, as far as the body and the rules depend on them."""

from typing import Annotated, Literal

from pydantic import Field

from thecal.body.stature import Stature
from thecal.errors import BadInput
from thecal.scenario.part import Part
from thecal.scenario.quantities import Height, Level, Mas, Text, Volume, Weight
from thecal.units import NL_PER_ML

MM_PER_CM, G_PER_KG = 10, 1_000
FIELDS = {"height_cm": "height", "weight_kg": "weight", "lumbar_ml": "lumbar_csf", "age_years": "age_years"}
"""The body's names for a build, and the file's."""


class Patient(Part):
    """Somebody invented. `so_far` says what the body begins with: in balance with the first program, or no baclofen.

    `tolerance` is one factor for good, as before any baclofen or on chronic therapy; or dynamic, where it grows and
    fades with the drug. What is left out of the build is that of a person of this age and sex.
    """

    name: Text = Field(examples=["Asta Lind"])
    origin: Literal["spinal", "cerebral"] = Field(examples=["spinal"])
    age_years: Annotated[int, Field(ge=0, le=120)] = Field(examples=[42])
    phase: Literal["titration", "maintenance"] = Field(examples=["maintenance"])
    tolerance: Literal["naive", "chronic", "dynamic"] = Field(examples=["chronic"])
    baseline_mas: Mas = Field(examples=["3"])
    tip_level: Level = Field(examples=["T10"])
    so_far: Literal["steady", "none"] = "steady"
    baseline_penn: Annotated[int, Field(ge=0, le=4)] | None = None
    placebo: bool = False
    sex: Literal["female", "male"] | None = None
    height_mm: Height | None = Field(alias="height", default=None)
    weight_g: Weight | None = Field(alias="weight", default=None)
    lumbar_csf_nl: Volume | None = Field(alias="lumbar_csf", default=None)

    def stature(self) -> Stature:
        """The build. BadInput, naming the field, where it is outside what the body was made for."""
        try:
            return self._stature()
        except BadInput as wrong:
            field = f"patient.{FIELDS[wrong.field]}"
            raise BadInput(field, wrong.says.removeprefix(f"{wrong.field}: "), remedy=wrong.remedy) from None

    def _stature(self) -> Stature:
        return Stature.of(
            age_years=float(self.age_years),
            sex=self.sex,
            height_cm=None if self.height_mm is None else self.height_mm / MM_PER_CM,
            weight_kg=None if self.weight_g is None else self.weight_g / G_PER_KG,
            lumbar_ml=None if self.lumbar_csf_nl is None else self.lumbar_csf_nl / NL_PER_ML,
        )
