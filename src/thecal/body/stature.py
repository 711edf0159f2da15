"""How large a person is, as far as the spinal canal depends on it."""

from dataclasses import dataclass
from typing import Literal

from thecal.errors import BadInput

Sex = Literal["female", "male"]

SHORTEST_CM, TALLEST_CM = 90.0, 220.0
YOUNGEST_YEARS = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stature:
    """What is known of a person's build. None is not known: then the adult of the measurements stands for it.

    `lumbar_ml` is CSF with roots below the disc T11/12, where somebody measured it. BadInput outside what the model
    was made for: nobody under four years, whose cord and canal have other proportions.
    """

    height_cm: float = 170.0
    sex: Sex | None = None
    age_years: float | None = None
    lumbar_ml: float | None = None

    def __post_init__(self) -> None:
        if not SHORTEST_CM <= self.height_cm <= TALLEST_CM:
            remedy = f"Give a height from {SHORTEST_CM:g} to {TALLEST_CM:g} cm."
            raise BadInput("height_cm", f"{self.height_cm:g} cm is outside what the model knows", remedy=remedy)
        if self.age_years is not None and not YOUNGEST_YEARS <= self.age_years <= 120.0:
            remedy = f"Give an age from {YOUNGEST_YEARS:g} to 120 years."
            raise BadInput("age_years", f"{self.age_years:g} years is outside what the model knows", remedy=remedy)


ADULT = Stature()
