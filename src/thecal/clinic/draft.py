"""A visit's draft: what was typed, kept as typed, and what it means.

`Draft.read` takes the posted fields; `Draft.order` turns them into a prescription or says which field is wrong. Nothing
is prefilled from a rule or a forecast: a new draft begins as the program that was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thecal.care.bridge import BridgeDecision, NoBridge, UseBridge
from thecal.clinic import typed
from thecal.clinic.when import offset_min
from thecal.errors import BadInput
from thecal.programmer.prescription import (
    ContinuousDose,
    Dosing,
    FlexDose,
    FlexDoseDay,
    FlexDoseStep,
    Prescription,
)
from thecal.pump.infusion import (
    MOST_STEPS,
    WEEKDAYS,
    FlexDay,
    FlexSchedule,
    MinimumRate,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    StopPump,
)
from thecal.units import DAY_MS, MINUTE_MS, NL_PER_ML, PG_PER_MCG, decimal_text, round_div

DRUG = "baclofen"
HOURS = 24
THOUSANDS = 3
MOST_PLACES = 7
"""Decimals of a dose in mcg: the last is a picogram, the finest that counts."""
LONGEST_REASON = 450
"""Characters; the record of an update holds both reasons."""
MODES = {"continuous": "Simple continuous", "flex": "Flex", "minimum": "Minimum rate", "stopped": "Stop the pump"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLAIN_FIELDS = (
    "mode", "concentration", "daily_dose", "low_alarm", "bridge", "no_bridge_reason", "reason", "second_person",
    "explanation", "found", "prime", "interruption",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedStep:
    """One row of the schedule as typed."""

    start: str
    rate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The fields as typed. `days` holds one list of rows for every day, or seven."""

    mode: str = ""
    concentration: str = ""
    daily_dose: str = ""
    low_alarm: str = ""
    bridge: str = ""
    no_bridge_reason: str = ""
    reason: str = ""
    second_person: str = ""
    explanation: str = ""
    found: str = ""
    prime: str = ""
    interruption: str = ""
    by_weekday: bool = False
    days: tuple[tuple[TypedStep, ...], ...] = ((),)

    @staticmethod
    def read(posted: Mapping[str, str]) -> "Draft":
        """The draft in posted fields; unknown ones are left alone, missing ones are empty."""
        by_weekday = posted.get("by_weekday") == "yes"
        days = tuple(_rows(posted, day) for day in range(WEEKDAYS if by_weekday else 1))
        plain = {name: posted.get(name, "").strip() for name in PLAIN_FIELDS}
        return Draft(by_weekday=by_weekday, days=days, **plain)

    @staticmethod
    def of_program(program: Program | None) -> "Draft":
        """What the pump runs, as it would be typed."""
        if program is None:
            return Draft(days=((),))
        concentration = program.concentration_pg_per_nl
        draft: dict[str, Any] = {
            "concentration": str(concentration),
            "low_alarm": decimal_text(program.low_reservoir_alarm_nl, NL_PER_ML),
        }
        match program.infusion_mode:
            case SimpleContinuous(rate_nl_per_day=rate):
                return Draft(mode="continuous", daily_dose=_typed_dose(rate, concentration, hours=1), **draft)
            case FlexSchedule(days=days):
                rows = tuple(_typed_day(day, concentration) for day in days)
                return Draft(mode="flex", by_weekday=len(days) > 1, days=rows, **draft)
            case MinimumRate():
                return Draft(mode="minimum", **draft)
            case StopPump():
                return Draft(mode="stopped", **draft)
            case PeriodicBolus():
                return Draft(**draft)

    def to_json(self) -> dict[str, Any]:
        """The draft for keeping."""
        plain = {name: getattr(self, name) for name in PLAIN_FIELDS}
        days = [[[step.start, step.rate] for step in day] for day in self.days]
        return {**plain, "by_weekday": self.by_weekday, "days": days}

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> "Draft":
        """What `to_json` kept."""
        days = tuple(tuple(TypedStep(start=start, rate=rate) for start, rate in day) for day in kept["days"])
        plain = {name: str(kept.get(name, "")) for name in PLAIN_FIELDS}
        return Draft(by_weekday=bool(kept["by_weekday"]), days=days, **plain)

    def order_parts(self) -> tuple[object, ...]:
        """What is ordered, as typed, without reasons and signatures; only the entries that count in this mode."""
        dose = self.daily_dose if self.mode == "continuous" else ""
        days = self.days if self.mode == "flex" else ()
        return self.mode, self.concentration, self.low_alarm, dose, days

    def order(self) -> Prescription:
        """The prescription; BadInput that names the field where an entry cannot be meant."""
        if self.mode not in MODES:
            raise BadInput("mode", "is not chosen", remedy="Choose how the pump should infuse.")
        for field in ("reason", "no_bridge_reason", "explanation"):
            if len(getattr(self, field)) > LONGEST_REASON:
                raise BadInput(field, "is too long for the record", remedy="Write what decided it, in a few sentences.")
        return Prescription(
            drug=DRUG,
            concentration_pg_per_nl=typed.concentration_pg_per_nl(self.concentration, field="concentration"),
            dosing=self._dosing(),
            low_reservoir_alarm_nl=typed.volume_nl(self.low_alarm, field="low_alarm"),
            utc_offset_min=offset_min(),
        )

    def decision(self) -> BridgeDecision | None:
        """The bridge decision, None where none was made; no bridge without a reason is none."""
        if self.bridge == "bridge":
            return UseBridge()
        if self.bridge == "none":
            if not self.no_bridge_reason:
                raise BadInput("no_bridge_reason", "is empty", remedy="Write why no bridge is needed.")
            return NoBridge(reason=self.no_bridge_reason.rstrip("."))
        return None

    def found_nl(self) -> int | None:
        """What a check after the fill found, None where nobody checked."""
        return typed.volume_nl(self.found, field="found") if self.found else None

    def why(self) -> str:
        """Every reason that was given, for the record of the update."""
        unbridged = f"No bridge: {self.no_bridge_reason}" if self.bridge == "none" else ""
        residual = f"Residual: {self.explanation}" if self.explanation else ""
        return " ".join(filter(None, (unbridged, residual, self.reason)))

    def _dosing(self) -> Dosing:
        match self.mode:
            case "continuous":
                return ContinuousDose(dose_pg_per_day=typed.dose_pg_per_day(self.daily_dose, field="daily_dose"))
            case "flex":
                return FlexDose(days=tuple(_flex_day(number, day) for number, day in enumerate(self.days)))
            case "minimum":
                return MinimumRate()
            case _:
                return StopPump()


def _rows(posted: Mapping[str, str], day: int) -> tuple[TypedStep, ...]:
    """The rows of one day up to the last that holds anything; one too many is read too, and refused by `order`."""
    rows = [
        TypedStep(start=posted.get(f"start_{day}_{row}", "").strip(), rate=posted.get(f"rate_{day}_{row}", "").strip())
        for row in range(MOST_STEPS + 1)
    ]
    while rows and not (rows[-1].start or rows[-1].rate):
        rows.pop()
    return tuple(rows)


def _flex_day(number: int, rows: tuple[TypedStep, ...]) -> FlexDoseDay:
    """One day of the order; its rows are named as the page names them."""
    steps: list[FlexDoseStep] = []
    for index, row in enumerate(rows):
        if row.start or row.rate:
            steps.append(_flex_step(row, steps, place=f"{number}_{index}"))
    if not steps:
        field = f"start_{number}_0"
        raise BadInput(field, "the schedule has no steps", remedy="Write when each step starts and its dose per hour.")
    return FlexDoseDay(steps=tuple(steps))


def _flex_step(row: TypedStep, before: list[FlexDoseStep], *, place: str) -> FlexDoseStep:
    """One row of a day, after the rows `before` it: no gap after midnight, no overlap, no dose of nothing."""
    start, rate = f"start_{place}", f"rate_{place}"
    if len(before) == MOST_STEPS:
        raise BadInput(start, "is one step too many", remedy=f"A day has 1 to {MOST_STEPS} steps.")
    start_ms = typed.of_day_ms(row.start, field=start)
    if not before and start_ms != 0:
        raise BadInput(start, f"{row.start!r} leaves a gap after midnight", remedy="Start the first step at 00:00.")
    if before and start_ms <= before[-1].start_ms:
        earlier = _clock(before[-1].start_ms)
        raise BadInput(start, f"{row.start!r} is not after {earlier}", remedy="Order the steps by their start.")
    dose_pg_per_h = typed.dose_pg_per_h(row.rate, field=rate)
    if dose_pg_per_h == 0:
        raise BadInput(rate, "is not above zero", remedy="Write a dose for every step, or stop the pump by name.")
    return FlexDoseStep(start_ms=start_ms, dose_pg_per_h=dose_pg_per_h)


def _typed_day(day: FlexDay, concentration_pg_per_nl: int) -> tuple[TypedStep, ...]:
    return tuple(
        TypedStep(start=_clock(step.start_ms), rate=_typed_dose(step.rate_nl_per_day, concentration_pg_per_nl))
        for step in day.steps
    )


def _typed_dose(rate_nl_per_day: int, concentration_pg_per_nl: int, *, hours: int = HOURS) -> str:
    """A rate as the shortest dose, in mcg, that means this very rate again when it is read back."""
    mass_pg, parts = rate_nl_per_day * concentration_pg_per_nl, hours * PG_PER_MCG
    texts = (decimal_text(mass_pg, parts, places=places).replace("\u00a0", "") for places in range(MOST_PLACES))
    text = next(text for text in texts if _rate_of(text, concentration_pg_per_nl, hours) == rate_nl_per_day)
    # Three digits after a point could be thousands, and would be refused: a fourth says what they are.
    return f"{text}0" if len(text.partition(".")[2]) == THOUSANDS else text


def _rate_of(text: str, concentration_pg_per_nl: int, hours: int) -> int:
    """The rate, nL/day, that a typed dose becomes."""
    dose_pg = int(Fraction(text) * PG_PER_MCG)
    return round_div(dose_pg * hours, concentration_pg_per_nl)


def _clock(of_day_ms: int) -> str:
    minutes = of_day_ms % DAY_MS // MINUTE_MS
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
