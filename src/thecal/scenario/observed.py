"""The file of one person's assessments, for `thecal twin calibrate`: what was given, what was found, what is asked.

It becomes a `Case` of `thecal.body.calibration`. Hours of a bolus count from when it was given, hours of a program from
local midnight.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from thecal.body.anatomy import LEVELS, TARGETS
from thecal.body.calibration.observed import (
    MOST_MCG_PER_ML,
    Ashworth,
    Case,
    Dosing,
    Fluid,
    Given,
    Occasion,
    Reading,
    Reflex,
)
from thecal.body.stature import Stature
from thecal.errors import BadInput
from thecal.scenario.part import Part
from thecal.scenario.patient import FIELDS
from thecal.scenario.quantities import (
    Dose,
    Duration,
    Height,
    Level,
    LumbarLevel,
    Mas,
    Mass,
    SinceStart,
    Text,
    Volume,
    refusal,
    share,
    text_schema,
)
from thecal.units import HOUR_MS, NL_PER_ML, PG_PER_MCG, show_dose, show_duration, show_mass

VERSION = 1
MOST_OCCASIONS, MOST_READINGS = 20, 100
MOST_RESIDUAL_PER_MILLE = 2_000
MOST_NG_PER_ML = 1000.0 * MOST_MCG_PER_ML
HOURS_PER_DAY = 24.0
LONGEST_ASKED_MS = 30 * 24 * HOUR_MS
"""How far from its beginning anything is read or asked: for so long a program in balance goes on."""
ROUTES = ("lumbar puncture", "catheter", "program in balance")
FOUND = ("ashworth", "reflex", "fluid")
_IN_FLUID = re.compile(r"(\d{1,5}(?:\.\d{1,3})?) ?(ng|mcg)/mL", re.ASCII)


def _ng_per_ml(value: object) -> float:
    """Read "350 ng/mL" or "0.35 mcg/mL"."""
    found = _IN_FLUID.fullmatch(value) if isinstance(value, str) else None
    ng_per_ml = float(found[1]) * (1000.0 if found[2] == "mcg" else 1.0) if found else 0.0
    if not 0.0 < ng_per_ml <= MOST_NG_PER_ML:
        raise refusal("is not a concentration in CSF", remedy="Write it like this: 350 ng/mL.")
    return ng_per_ml


def _one_of(names: Iterable[str], what: str, field: str) -> tuple[AfterValidator, WithJsonSchema]:
    """A text that must be one of a table's names."""
    known = list(names)

    def check(value: str) -> str:
        if value not in known:
            raise refusal(f"{value!r} is no {what}", remedy=f"Use one of: {', '.join(known)}.")
        return value

    return AfterValidator(check), WithJsonSchema({"enum": known, "title": field})


Muscle = Annotated[str, *_one_of(TARGETS, "muscle that is followed", "Muscle")]
AnyLevel = Annotated[str, *_one_of(LEVELS, "vertebral level", "Level")]
Residual = Annotated[int, share(MOST_RESIDUAL_PER_MILLE, least_per_mille=0), text_schema("23 %", "H/M over H/M before")]
InFluid = Annotated[float, BeforeValidator(_ng_per_ml), text_schema("350 ng/mL", "concentration in CSF")]
Grades = Annotated[tuple[Mas, ...], Field(strict=False, min_length=1, max_length=MOST_READINGS)]


class ByPuncture(Part):
    """A bolus by lumbar puncture, at hour 0."""

    route: Literal["lumbar puncture"]
    dose_pg: Mass = Field(alias="dose", examples=["50 mcg"])
    level: LumbarLevel = "L3"

    def given(self) -> Given:
        """As the body takes it."""
        return Given(puncture_mcg=self.dose_pg / PG_PER_MCG, puncture_level=self.level)

    def says(self) -> str:
        """In words."""
        return f"{show_mass(self.dose_pg)} by lumbar puncture at {self.level}"


class ByCatheter(Part):
    """A bolus through the catheter, at its tip from hour 0 on."""

    route: Literal["catheter"]
    dose_pg: Mass = Field(alias="dose", examples=["50 mcg"])
    over_ms: Duration = Field(alias="over", examples=["10 min"])

    def given(self) -> Given:
        """As the body takes it."""
        over_h = self.over_ms / HOUR_MS
        rate = self.dose_pg / PG_PER_MCG / over_h
        return Given(infused=Dosing(edges_h=(0.0, over_h), rates_mcg_per_h=(rate,)))

    def says(self) -> str:
        """In words."""
        return f"{show_mass(self.dose_pg)} through the catheter over {show_duration(self.over_ms)}"


class ByProgram(Part):
    """A constant dose that had been running for so long that body and drug are in balance."""

    route: Literal["program in balance"]
    dose_pg_per_day: Dose = Field(alias="daily_dose", examples=["150 mcg/day"])

    def given(self) -> Given:
        """As the body takes it: in balance before, and as long as anybody asks after."""
        rate = self.dose_pg_per_day / PG_PER_MCG / HOURS_PER_DAY
        day = Dosing(edges_h=(0.0, HOURS_PER_DAY), rates_mcg_per_h=(rate,))
        on = Dosing(edges_h=(0.0, LONGEST_ASKED_MS / HOUR_MS), rates_mcg_per_h=(rate,))
        return Given(settled=day, infused=on)

    def says(self) -> str:
        """In words."""
        return f"{show_dose(self.dose_pg_per_day)}, in balance"


HowGiven = Annotated[ByPuncture | ByCatheter | ByProgram, Field(discriminator="route")]


class AshworthFound(Part):
    """A modified Ashworth grade."""

    what: Literal["ashworth"]
    at_ms: SinceStart = Field(alias="at", examples=["4 h"])
    muscle: Muscle = Field(examples=["soleus"])
    grade: Mas = Field(examples=["2"])

    def reading(self) -> Reading:
        """As calibration takes it."""
        return Ashworth(muscle=self.muscle, at_h=self.at_ms / HOUR_MS, grade=self.grade)


class ReflexFound(Part):
    """The soleus H/M ratio, as a share of what it was without drug."""

    what: Literal["reflex"]
    at_ms: SinceStart = Field(alias="at", examples=["1 h"])
    residual_per_mille: Residual = Field(alias="residual", examples=["23 %"])

    def reading(self) -> Reading:
        """As calibration takes it."""
        return Reflex(at_h=self.at_ms / HOUR_MS, residual=self.residual_per_mille / 1000.0)


class FluidFound(Part):
    """A concentration of baclofen in CSF."""

    what: Literal["fluid"]
    at_ms: SinceStart = Field(alias="at", examples=["2 h"])
    level: AnyLevel = Field(examples=["L3"])
    found_ng_per_ml: InFluid = Field(alias="found", examples=["350 ng/mL"])

    def reading(self) -> Reading:
        """As calibration takes it."""
        return Fluid(level=self.level, at_h=self.at_ms / HOUR_MS, mcg_per_ml=self.found_ng_per_ml / 1000.0)


Found = Annotated[AshworthFound | ReflexFound | FluidFound, Field(discriminator="what")]


class Observed(Part):
    """One occasion. `used_to_baclofen`: tolerance as on chronic therapy; `placebo`: expectation has its share too."""

    says: Text = Field(examples=["screening test"])
    given: HowGiven
    used_to_baclofen: bool = Field(examples=[False])
    placebo: bool = False
    readings: Annotated[tuple[Found, ...], Field(strict=False, min_length=1, max_length=MOST_READINGS)]

    def occasion(self) -> Occasion:
        """As calibration takes it."""
        return Occasion(
            says=self.says,
            given=self.given.given(),
            chronic=self.used_to_baclofen,
            placebo=self.placebo,
            readings=tuple(found.reading() for found in self.readings),
        )

    @model_validator(mode="after")
    def _while_it_lasts(self) -> Self:
        for index, found in enumerate(self.readings):
            if found.at_ms > LONGEST_ASKED_MS:
                remedy = "Count from when the dose was given, or from midnight of that day under a program: 10 h."
                raise refusal("is later than 30 days", remedy=remedy, at=f".readings[{index}].at")
        return self


class Baseline(Part):
    """The grades that an examiner found without any drug, one for each time, by muscle."""

    soleus: Grades | None = None
    quadriceps: Grades | None = None
    flexor_carpi_radialis: Grades | None = Field(alias="flexor carpi radialis", default=None)
    biceps: Grades | None = None

    def by_muscle(self) -> dict[str, tuple[str, ...]]:
        """The muscles that somebody examined."""
        found = {muscle: getattr(self, muscle.replace(" ", "_")) for muscle in TARGETS}
        return {muscle: grades for muscle, grades in found.items() if grades is not None}


class Person(Part):
    """Whose assessments they are, as far as the body depends on it. `baseline` are the grades without any drug."""

    name: Text = Field(examples=["Asta Lind"])
    age_years: Annotated[int, Field(ge=4, le=120)] = Field(examples=[42])
    tip_level: Level = Field(examples=["T10"])
    sex: Literal["female", "male"] | None = None
    height_mm: Height | None = Field(alias="height", default=None)
    lumbar_csf_nl: Volume | None = Field(alias="lumbar_csf", default=None)
    baseline: Baseline = Field(examples=[{"soleus": ["3"]}])

    def stature(self) -> Stature:
        """The build."""
        return Stature.of(
            age_years=float(self.age_years),
            sex=self.sex,
            height_cm=None if self.height_mm is None else self.height_mm / 10.0,
            lumbar_ml=None if self.lumbar_csf_nl is None else self.lumbar_csf_nl / NL_PER_ML,
        )


class Asked(Part):
    """What is to be forecast: the same kinds of dose, one muscle, for so long."""

    given: HowGiven
    used_to_baclofen: bool = Field(examples=[False])
    muscle: Muscle = Field(examples=["soleus"])
    until_ms: Duration = Field(alias="until", examples=["24 h"])

    def occasion(self) -> Occasion:
        """A reading of that muscle when half the time is over, whatever it will be."""
        reading = Ashworth(muscle=self.muscle, at_h=self.until_ms / HOUR_MS / 2, grade="0")
        return Occasion(
            says=self.given.says(), given=self.given.given(), chronic=self.used_to_baclofen, readings=(reading,)
        )

    @model_validator(mode="after")
    def _not_for_ever(self) -> Self:
        if self.until_ms > LONGEST_ASKED_MS:
            raise refusal("is later than 30 days", remedy="Write 30 days or less.", at=".until")
        return self


class Assessments(Part):
    """One person's assessments."""

    thecal: Literal[1] = Field(examples=[VERSION])
    title: Text = Field(examples=["A screening test"])
    fictional: bool = Field(examples=[True])
    patient: Person
    occasions: Annotated[tuple[Observed, ...], Field(strict=False, min_length=1, max_length=MOST_OCCASIONS)]
    asked: Asked | None = None

    @model_validator(mode="after")
    def _of_a_muscle_that_was_examined(self) -> Self:
        if self.asked is not None and self.asked.muscle not in self.patient.baseline.by_muscle():
            remedy = "Ask about a muscle that was examined, or give what was found before the first dose."
            raise refusal("has no grade without drug", remedy=remedy, at=".asked.muscle")
        return self

    def case(self) -> Case:
        """As calibration takes it. BadInput, naming the field, where the parts do not fit."""
        try:
            return Case(
                tip_level=self.patient.tip_level,
                baseline=self.patient.baseline.by_muscle(),
                occasions=tuple(each.occasion() for each in self.occasions),
                stature=self.patient.stature(),
            )
        except BadInput as wrong:
            field = f"patient.{FIELDS.get(wrong.field, wrong.field)}"
            raise BadInput(field, wrong.says.removeprefix(f"{wrong.field}: "), remedy=wrong.remedy) from None
