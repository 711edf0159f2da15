"""How large and how old a person is, as far as the spinal canal depends on it.

Everything is scaled isometrically from the adult of the measurements, 170 cm tall (assumed; a child of 115 cm gets a
canal of 42 cm and 30 mL): lengths go with height, areas with its square, volumes with its cube. Strokes are volumes,
so a small person's fluid moves a smaller way at each heartbeat. The head stays an adult's, and so do the rates at which
drug passes into cord and blood.

Sex adds nothing to height: cords of 45 cm in men and 43 cm in women (knowledge-builders.org) are what their heights
explain. Weight is for plasma alone: obese people hold less lumbar CSF (42.9 against 53.5 mL, Hogan 1996), but
body-mass index explains a twelfth of its variance (Sullivan 2006), so `lumbar_ml` is asked for instead of guessed.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from thecal.errors import BadInput
from thecal.sources import UNREAD, Sourced

Sex = Literal["female", "male"]

MEASURED_CM = 170.0
"""The height that the canal of `thecal.body.anatomy` belongs to."""

SHORTEST_CM, TALLEST_CM = 90.0, 220.0
YOUNGEST_YEARS, OLDEST_YEARS = 4.0, 120.0
LIGHTEST_KG, HEAVIEST_KG = 8.0, 350.0
LEAST_LUMBAR_ML, MOST_LUMBAR_ML = 10.0, 100.0
"""In an adult of 170 cm; measured were 28 to 81 mL (Hogan 1996) and 10.6 to 61.3 mL (Sullivan 2006)."""

_AGEING = "CSF velocity at C2/3, 45 mm/s and 3.1 mm/s less every ten years, n 70 (ouci.dntb.gov.ua/en/works/l1gy3bZ7)"
AGEING = Sourced(name="loss of CSF motion", value=3.1 / 45.0 / 10.0, unit="1/year", source=_AGEING, grade="derived")
MIDDLE_AGE = Sourced(
    name="age of the adult whose strokes are given", value=45.0, unit="years", source=UNREAD, grade="assumed"
)
GROWN_UP = Sourced(
    name="age before which motion does not fade", value=20.0, unit="years", source=UNREAD, grade="assumed"
)
USUAL_MASS = Sourced(name="weight at 170 cm", value=70.0, unit="kg", source=UNREAD, grade="assumed")

# fmt: off
_HEIGHTS_CM: dict[Sex, dict[int, float]] = {
    "female": {4: 101.0, 6: 115.0, 8: 127.5, 10: 138.0, 12: 151.0, 14: 160.0, 16: 162.5, 18: 163.0},
    "male": {4: 102.0, 6: 116.0, 8: 128.0, 10: 139.0, 12: 149.5, 14: 164.0, 16: 173.5, 18: 176.0},
}
# fmt: on
MEDIAN_HEIGHTS: dict[Sex, dict[int, Sourced]] = {
    sex: {
        age: Sourced(
            name=f"median height, {sex}, {age} years", value=height_cm, unit="cm", source=UNREAD, grade="assumed"
        )
        for age, height_cm in by_age.items()
    }
    for sex, by_age in _HEIGHTS_CM.items()
}
"""Of healthy people, level from 18 years on. Someone who has grown up with cerebral palsy is often shorter: measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stature:
    """What is known of a person's build. None is not known: then the adult of the measurements stands for it.

    `lumbar_ml` is CSF with roots below the disc T11/12, where somebody measured it. BadInput outside what the model
    was made for: nobody under four years, whose cord and canal have other proportions.
    """

    height_cm: float = MEASURED_CM
    sex: Sex | None = None
    age_years: float | None = None
    lumbar_ml: float | None = None
    weight_kg: float | None = None

    def __post_init__(self) -> None:
        _within("height_cm", self.height_cm, SHORTEST_CM, TALLEST_CM, "cm")
        _within("age_years", self.age_years, YOUNGEST_YEARS, OLDEST_YEARS, "years")
        _within("weight_kg", self.weight_kg, LIGHTEST_KG, HEAVIEST_KG, "kg")
        larger = self.taller**3
        _within("lumbar_ml", self.lumbar_ml, LEAST_LUMBAR_ML * larger, MOST_LUMBAR_ML * larger, "mL")

    @staticmethod
    def of(
        *,
        age_years: float,
        sex: Sex | None = None,
        height_cm: float | None = None,
        lumbar_ml: float | None = None,
        weight_kg: float | None = None,
    ) -> "Stature":
        """Someone of an age, as tall as the median of that age and sex (the mean of both where it is not known).

        BadInput as for any `Stature`.
        """
        height_cm = _median_height_cm(age_years, sex) if height_cm is None else height_cm
        return Stature(height_cm=height_cm, sex=sex, age_years=age_years, lumbar_ml=lumbar_ml, weight_kg=weight_kg)

    @property
    def taller(self) -> float:
        """Height against that of the adult of the measurements: 1 at 170 cm."""
        return self.height_cm / MEASURED_CM

    @property
    def stroke_factor(self) -> float:
        """What the stroke volumes of heartbeat and breath are multiplied by: 1 at 170 cm and 45 years."""
        if self.age_years is None:
            return self.taller**3
        years = max(self.age_years, GROWN_UP.value) - MIDDLE_AGE.value
        return self.taller**3 * (1.0 - AGEING.value * years)

    @property
    def mass_kg(self) -> float:
        """The weight, or what isometry makes of 70 kg at this height: 21.7 kg at 115 cm (assumed)."""
        return self.weight_kg if self.weight_kg is not None else USUAL_MASS.value * self.taller**3


def _median_height_cm(age_years: float, sex: Sex | None) -> float:
    """A straight line between the medians of each sex."""
    _within("age_years", age_years, YOUNGEST_YEARS, OLDEST_YEARS, "years")
    tables = [MEDIAN_HEIGHTS[sex]] if sex else list(MEDIAN_HEIGHTS.values())
    heights = [np.interp(age_years, list(by_age), [each.value for each in by_age.values()]) for by_age in tables]
    return float(np.mean(heights))


def _within(field: str, value: float | None, least: float, most: float, unit: str) -> None:
    """BadInput for a value that is known and lies outside."""
    if value is not None and not least <= value <= most:
        remedy = f"Give {least:.4g} to {most:.4g} {unit}."
        raise BadInput(field, f"{value:g} {unit} is outside what the model knows", remedy=remedy)


ADULT = Stature()
