"""The scenario file: patient, devices, program, faults, visits and what is given by hand, as one frozen value.

Names in the file carry no unit, because what stands behind them does; attributes here are integers and carry one.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from thecal.pump.devices import CATHETER_PER_CM, LOW_RESERVOIR_ALARM, PUMP_MODELS, TUBING, PumpModel
from thecal.pump.infusion import MOST_STEPS, WEEKDAYS
from thecal.scenario.faults import Faults
from thecal.scenario.given import MOST_GIVEN, Drain, GivenBolus, PortBolus, PostureChange, PunctureBolus
from thecal.scenario.part import Part
from thecal.scenario.patient import Patient
from thecal.scenario.quantities import (
    Concentration,
    Dose,
    DoseRate,
    DoseRateOrNone,
    Duration,
    Instant,
    Length,
    Mass,
    SinceStart,
    Text,
    TimeOfDay,
    Volume,
    VolumeOrNone,
    VolumePerCm,
    instant_ms,
    refusal,
)
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, floor_div

VERSION = 1
MOST_VISITS = 1_000
MOST_SAMPLES = 100_000
CONTINUOUS, FLEX, PERIODIC, MINIMUM_RATE, STOPPED = (
    "simple continuous", "flex", "periodic bolus", "minimum rate", "stopped",
)  # fmt: skip
MODES = (CONTINUOUS, FLEX, PERIODIC, MINIMUM_RATE, STOPPED)


class PumpUnit(Part):
    """Which pump."""

    model: Literal[tuple(PUMP_MODELS)] = Field(examples=[next(iter(PUMP_MODELS))])  # type: ignore[valid-type] # the table is the list
    serial: Text = Field(examples=["R-0001"])

    @property
    def pump_model(self) -> PumpModel:
        """Its row in the table of devices."""
        return PUMP_MODELS[self.model]


class CatheterUnit(Part):
    """The path to the tip as it stands in the record; `truly_implanted` where the truth is another.

    `flow` is how fluid moves in it: as a plug, or mixing with what is ahead of it.
    """

    implanted_mm: Length = Field(alias="implanted", examples=["89 cm"])
    per_cm_nl: VolumePerCm = Field(
        alias="per_cm", default=CATHETER_PER_CM.whole(), json_schema_extra={"default": "0.0022 mL/cm"}
    )
    tubing_nl: VolumeOrNone = Field(alias="tubing", default=TUBING.whole(), json_schema_extra={"default": "0.14 mL"})
    truly_implanted_mm: Length | None = Field(alias="truly_implanted", default=None)
    flow: Literal["plug", "mixed"] = "plug"

    @property
    def catheter_nl(self) -> int:
        """The recorded catheter's volume, without the tubing."""
        return floor_div(self.implanted_mm * self.per_cm_nl, 10)

    @property
    def true_path_nl(self) -> int:
        """What tubing and catheter truly hold."""
        implanted_mm = self.implanted_mm if self.truly_implanted_mm is None else self.truly_implanted_mm
        return floor_div(implanted_mm * self.per_cm_nl, 10) + self.tubing_nl


class Reservoir(Part):
    """A fill at the start. `undeliverable` is what neither rotor nor syringe takes out; the pump does not count it."""

    fill_nl: Volume = Field(alias="fill", examples=["20 mL"])
    undeliverable_nl: VolumeOrNone = Field(alias="undeliverable", default=0, json_schema_extra={"default": "0 mL"})


class _Prescribed(Part):
    """What every program says."""

    drug: Text = "baclofen"
    concentration_pg_per_nl: Concentration = Field(alias="concentration", examples=["500 mcg/mL"])
    low_reservoir_alarm_nl: VolumeOrNone = Field(
        alias="low_reservoir_alarm", default=LOW_RESERVOIR_ALARM.whole(), json_schema_extra={"default": "4 mL"}
    )


class Continuous(_Prescribed):
    """One constant dose."""

    infusion_mode: Literal["simple continuous"]
    dose_pg_per_day: Dose = Field(alias="daily_dose", examples=["300 mcg/day"])


class Period(Part):
    """`dose_rate` over `[from, to)`, local time."""

    from_ms: TimeOfDay = Field(alias="from", examples=["00:00"])
    to_ms: TimeOfDay = Field(alias="to", examples=["24:00"])
    dose_pg_per_h: DoseRate = Field(alias="dose_rate", examples=["12.5 mcg/h"])


Day = Annotated[tuple[Period, ...], Field(strict=False, min_length=1, max_length=MOST_STEPS)]


class Flex(_Prescribed):
    """A pattern of steps: one day for every day, or seven, Monday first. A step says where it ends, so gaps show."""

    infusion_mode: Literal["flex"]
    days: Annotated[tuple[Day, ...], Field(strict=False)] = Field(examples=[[["…"]]])

    @model_validator(mode="after")
    def _whole_days(self) -> Self:
        if len(self.days) not in {1, WEEKDAYS}:
            remedy = "Write one day for every day, or seven, Monday first."
            raise refusal(f"has {len(self.days)} days", remedy=remedy, at=".days")
        for index, day in enumerate(self.days):
            _check_day(day, f".days[{index}]")
        return self


class Periodic(_Prescribed):
    """A dose over `lasts`, every `every` from `first` on, local time; between doses the basal, where 0 is a pause."""

    infusion_mode: Literal["periodic bolus"]
    basal_pg_per_h: DoseRateOrNone = Field(alias="basal", examples=["8 mcg/h"])
    dose_pg: Mass = Field(alias="dose", examples=["30 mcg"])
    lasts_ms: Duration = Field(alias="lasts", examples=["30 min"])
    every_ms: Duration = Field(alias="every", examples=["6 h"])
    first_ms: TimeOfDay = Field(alias="first", examples=["02:00"])

    @model_validator(mode="after")
    def _even(self) -> Self:
        if self.every_ms < MINUTE_MS or DAY_MS % self.every_ms:
            remedy = "Write an interval that divides 24 h: 4 h, 6 h, 8 h or 12 h."
            raise refusal("gives no whole number of doses a day", remedy=remedy, at=".every")
        if self.lasts_ms >= self.every_ms:
            raise refusal("is not shorter than the interval", remedy="Write how long one dose runs.", at=".lasts")
        if self.first_ms >= self.every_ms:
            remedy = "Write the first dose's time after midnight, within the interval."
            raise refusal("is not within the first interval", remedy=remedy, at=".first")
        if self.dose_pg * HOUR_MS <= self.basal_pg_per_h * self.lasts_ms:
            raise refusal("is no more than the basal gives in that time", remedy="Write a larger dose.", at=".dose")
        return self


class AtMinimumRate(_Prescribed):
    """The slowest rate that the pump will run."""

    infusion_mode: Literal["minimum rate"]


class Stopped(_Prescribed):
    """No delivery."""

    infusion_mode: Literal["stopped"]


Prescribed = Annotated[Continuous | Flex | Periodic | AtMinimumRate | Stopped, Field(discriminator="infusion_mode")]


class RefillDone(Part):
    """The reservoir is emptied by syringe and filled.

    `withdrawn` and `found` are the syringe's volumes before and after the fill, where somebody measured;
    `explanation` is why the residual was not as expected, where somebody knows.
    """

    volume_nl: Volume = Field(alias="volume", examples=["20 mL"])
    concentration_pg_per_nl: Concentration = Field(alias="concentration", examples=["2000 mcg/mL"])
    withdrawn_nl: VolumeOrNone | None = Field(alias="withdrawn", default=None)
    found_nl: VolumeOrNone | None = Field(alias="found", default=None)
    explanation: Text | None = None


class Visit(Part):
    """What is done at the pump, `at` after the start: a refill, a new program, or both.

    `bridge` is the decision where the concentration changes; leaving it out is no decision, and no bridge takes a
    reason. `catheter_holds` is what the record says of it, where that is not the pump's drug.
    """

    at_ms: SinceStart = Field(alias="at", examples=["2 days"])
    refill: RefillDone | None = None
    program: Prescribed | None = None
    bridge: Literal["bridge", "no bridge"] | None = None
    catheter_holds: Literal["drug", "no drug", "unknown"] | None = None
    reason: Text | None = None
    second_person: Text | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.refill is None and self.program is None:
            raise refusal("does nothing", remedy="Give it a refill, a program, or both.")
        if self.bridge == "no bridge" and self.reason is None:
            remedy = "Write why there is no bridge: the catheter was aspirated, say."
            raise refusal("is missing", remedy=remedy, at=".reason")
        return self


Happening = Visit | PunctureBolus | PortBolus | Drain | PostureChange


class Scenario(Part):
    """One story from `start` on, looked at every `every` until `until`. Everybody in it is invented."""

    thecal: Literal[1] = Field(examples=[VERSION])
    title: Text = Field(examples=["A concentration change"])
    fictional: Literal[True] = Field(examples=[True])
    start: Instant = Field(examples=["2026-03-02T08:00+01:00"])
    patient: Patient
    pump: PumpUnit
    catheter: CatheterUnit
    reservoir: Reservoir
    program: Prescribed
    faults: Faults = ()
    visits: Annotated[tuple[Visit, ...], Field(strict=False, max_length=MOST_VISITS)] = ()
    boluses: Annotated[tuple[GivenBolus, ...], Field(strict=False, max_length=MOST_GIVEN)] = ()
    drains: Annotated[tuple[Drain, ...], Field(strict=False, max_length=MOST_GIVEN)] = ()
    posture: Annotated[tuple[PostureChange, ...], Field(strict=False, max_length=MOST_GIVEN)] = ()
    until_ms: Duration = Field(alias="until", examples=["10 days"])
    every_ms: Duration = Field(alias="every", examples=["1 h"])

    @property
    def start_ms(self) -> int:
        """Unix milliseconds."""
        return instant_ms(self.start)

    @property
    def end_ms(self) -> int:
        """Unix milliseconds."""
        return self.start_ms + self.until_ms

    @property
    def utc_offset_min(self) -> int:
        """The local time the patient lives in."""
        return _offset_min(self.start)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for at, says, remedy in _misfits(self):
            raise refusal(says, remedy=remedy, at=at)
        return self


def _offset_min(at: datetime) -> int:
    offset = at.utcoffset()
    assert offset is not None, "an instant has an offset"
    return int(offset.total_seconds()) // 60


def _check_day(day: tuple[Period, ...], at: str) -> None:
    """From midnight to midnight, without a gap and without an overlap."""
    for index, step in enumerate(day):
        if step.to_ms <= step.from_ms:
            raise refusal(
                "is not after the step's beginning", remedy="Write a later time of day.", at=f"{at}[{index}].to"
            )
    if day[0].from_ms != 0:
        raise refusal(f"is a gap from 00:00 to {_clock(day[0].from_ms)}", remedy="Begin at 00:00.", at=f"{at}[0].from")
    for index, (before, after) in enumerate(pairwise(day)):
        if after.from_ms != before.to_ms:
            kind = "a gap" if after.from_ms > before.to_ms else "an overlap"
            low_ms, high_ms = sorted((before.to_ms, after.from_ms))
            says = f"leaves {kind} from {_clock(low_ms)} to {_clock(high_ms)}"
            remedy = f"Begin it at {_clock(before.to_ms)}, where the step before it ends."
            raise refusal(says, remedy=remedy, at=f"{at}[{index + 1}].from")
    if day[-1].to_ms != DAY_MS:
        says = f"leaves a gap from {_clock(day[-1].to_ms)} to 24:00"
        raise refusal(says, remedy="End the last step at 24:00.", at=f"{at}[{len(day) - 1}].to")


def _clock(of_day_ms: int) -> str:
    """Write a time of day: 06:00."""
    hours, minutes = divmod(of_day_ms // MINUTE_MS, 60)
    return f"{hours:02d}:{minutes:02d}"


def _misfits(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """(where, what is wrong, what would be right) of everything that only shows between the parts."""
    capacity_nl = scenario.pump.pump_model.capacity_nl
    fills = [(".reservoir.fill", scenario.reservoir.fill_nl)]
    for index, visit in enumerate(scenario.visits):
        fills += [(f".visits[{index}].refill.volume", visit.refill.volume_nl)] if visit.refill else []
    for at, fill_nl in fills:
        if fill_nl > capacity_nl:
            yield at, "is more than the reservoir holds", f"Fill at most {capacity_nl // 1_000_000} mL."
    yield from _out_of_order(scenario)
    if scenario.every_ms < MINUTE_MS:
        yield ".every", "is shorter than a minute", "Write 1 min or more."
    if scenario.until_ms > MOST_SAMPLES * scenario.every_ms:
        yield ".every", f"asks for more than {MOST_SAMPLES} rows", "Look less often, or end earlier."


def _out_of_order(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """(where, what is wrong, what would be right) of what does not happen one after the other, before the end."""
    lists: dict[str, tuple[Happening, ...]] = {
        "visit": scenario.visits, "bolus": scenario.boluses, "drain": scenario.drains, "posture": scenario.posture,
    }  # fmt: skip
    names = {"visit": "visits", "bolus": "boluses", "drain": "drains", "posture": "posture"}
    for what, listed in lists.items():
        for index, (before, after) in enumerate(pairwise(listed)):
            if what != "bolus" and after.at_ms < max(before.at_ms + 1, _end_ms(before)):
                at = f".{names[what]}[{index + 1}].at"
                yield at, f"is not after the {what} before it", f"Write {names[what]} in order of time."
        for index, each in enumerate(listed):
            if max(each.at_ms + 1, _end_ms(each)) > scenario.until_ms:
                at = f".{names[what]}[{index}].at"
                yield at, "is not before the end", f"Move the {what}, or write a later until."


def _end_ms(happening: Happening) -> int:
    """When it is over, after the start."""
    return happening.at_ms + (happening.over_ms if isinstance(happening, PortBolus | Drain) else 0)
