"""What a scenario's run shows, told once for the table, the picture and the JSON of the command line.

Reservoir and tip are arithmetic on what truly flowed; the spine and the muscles are a prediction for an average person,
with a band that is the spread between people and nothing else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thecal.body import Body, level_cm, response
from thecal.catheter.numbers import MIXING_CELLS, RELEASE, STEP
from thecal.flow import Delivery
from thecal.mechanism import numbers as mechanism_numbers
from thecal.pump.devices import (
    CATHETER_PER_CM,
    LOW_RESERVOIR_ALARM,
    MINIMUM_RATE,
    RATE_MAX,
    RATE_MIN,
    SERVICE_LIFE,
    TUBING,
    UNDELIVERABLE,
)
from thecal.pump.events import EventKind
from thecal.scenario.build import person, run
from thecal.scenario.models import Scenario
from thecal.sources import Sourced
from thecal.twin.simulation import Run
from thecal.units import DAY_MS, PG_PER_MCG, round_div

Floats = NDArray[np.float64]

NOT_A_DEVICE = "Thecal is not a medical device. A simulation of an invented patient; no dose follows from it."
FIGURES = 6
"""Significant figures of what was computed in floating point: as many as every machine agrees on."""
HAPPENED = {
    EventKind.UPDATE_COMMITTED: "update",
    EventKind.STOPPED: "stopped",
    EventKind.EMERGENCY_STOPPED: "stopped by the emergency key",
    EventKind.BOLUS_ENDED: "{detail} ended",
    EventKind.ALARM_RAISED: "alarm: {detail}",
    EventKind.ALARM_CLEARED: "alarm ends: {detail}",
    EventKind.MOTOR_STALLED: "motor stall sensed",
    EventKind.MOTOR_RECOVERED: "motor recovery sensed",
    EventKind.END_OF_SERVICE: "end of service",
    EventKind.BOLUS_ABANDONED: "bolus broken off: {detail}",
    EventKind.ALARM_ACKNOWLEDGED: "alarm acknowledged: {detail}",
    EventKind.LIMITER_CUT: "cut by the limiter",
    EventKind.MEMORY_DAMAGED: "memory damaged: {detail}",
    EventKind.RESTARTED: "restarted by itself: {detail}",
    EventKind.CLOCK_LOST: "time of day lost",
    EventKind.CLOCK_SET: "clock set",
    EventKind.PATIENT_DOSE: "patient dose: {detail}",
    EventKind.HELD_BY_FIELD: "held by a field",
    EventKind.RELEASED: "let go by interrogation",
}
BOLUSES = {"BridgeBolus": "bridge", "PrimingBolus": "prime", "SingleBolus": "single bolus"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch at the tip at one dose, pg/day to the nearest 0.1 mcg/day."""

    start_ms: int
    end_ms: int
    dose_pg_per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Muscle:
    """One muscle group: what it feels (ng/mL), and the fraction of tone suppressed with its band; (times,) each."""

    felt_ng_per_ml: Floats
    suppressed: Floats
    low: Floats
    high: Floats
    mas: Floats


@dataclass(frozen=True, kw_only=True)
class Story:
    """A scenario and its run."""

    scenario: Scenario
    run: Run

    @cached_property
    def muscles(self) -> dict[str, Muscle]:
        """By muscle group."""
        who = person(self.scenario)
        found: dict[str, Muscle] = {}
        for name, felt in self.run.course.effect_ng_per_ml.items():
            low, high = response.band(felt, who.tolerance)
            suppressed = response.suppression(felt, who.tolerance)
            mas = response.modified_ashworth(suppressed, who.baseline_mas)
            found[name] = Muscle(felt_ng_per_ml=felt, suppressed=suppressed, low=low, high=high, mas=mas)
        return found

    @cached_property
    def csf_at_tip_mcg_per_ml(self) -> Floats:
        """CSF beside the tip, (times,)."""
        return self.run.course.csf_at(level_cm(self.scenario.patient.tip_level))

    @cached_property
    def at_tip(self) -> tuple[Stretch, ...]:
        """The dose at the tip, stretch by stretch, from the start to the end."""
        return _stretches(self.run.deliveries, self.scenario.start_ms, self.scenario.end_ms)

    @property
    def happened(self) -> list[tuple[int, str]]:
        """What the pump's log remembers of the story, (when, what), in order."""
        events = [event for event in self.run.device.pump.log if event.kind in HAPPENED]
        return [(event.at_ms, HAPPENED[event.kind].format(detail=_in_words(event.detail))) for event in events]

    @property
    def went_astray(self) -> dict[str, int]:
        """The drug that left the implant and never reached the fluid around the cord, pg, by where it went."""
        account = self.run.device.account
        ways = {
            "leaked into tissue": account.leaked_pg,
            "left a tip outside the canal's fluid": account.astray_pg,
            "injected beside the port": account.pocket_pg,
        }
        return {way: mass_pg for way, mass_pg in ways.items() if mass_pg}

    def clock(self, at_ms: int) -> str:
        """An instant in the patient's local time."""
        return local_clock(at_ms, self.scenario.utc_offset_min)

    def to_plain(self) -> dict[str, Any]:
        """Everything, for JSON. Units are the last part of each name."""
        return {
            "schema": 1,
            "says": NOT_A_DEVICE,
            "title": self.scenario.title,
            "tip_level": self.scenario.patient.tip_level,
            "band": response.BAND_LABEL,
            "happened": [{"at": self.clock(at_ms), "what": what} for at_ms, what in self.happened],
            "at_tip": [
                {
                    "from": self.clock(each.start_ms),
                    "to": self.clock(each.end_ms),
                    "dose_pg_per_day": each.dose_pg_per_day,
                }
                for each in self.at_tip
            ],
            "went_astray_pg": self.went_astray,
            "rows": [self._row(index) for index in range(len(self.run.times_ms))],
        }

    def _row(self, index: int) -> dict[str, Any]:
        return {
            "at": self.clock(int(self.run.times_ms[index])),
            "calculated_by_the_pump_nl": int(self.run.believed_nl[index]),
            "simulated_actual_nl": int(self.run.true_nl[index]),
            "at_tip_pg_per_day": round(float(self.run.tip_pg_per_day[index])),
            "csf_at_tip_mcg_per_ml": _short(self.csf_at_tip_mcg_per_ml[index]),
            "muscles": {
                name: {
                    "felt_ng_per_ml": _short(muscle.felt_ng_per_ml[index]),
                    "suppressed": _short(muscle.suppressed[index]),
                    "suppressed_low": _short(muscle.low[index]),
                    "suppressed_high": _short(muscle.high[index]),
                    "mas": _short(muscle.mas[index]),
                    "mas_grade": response.mas_label(float(muscle.mas[index])),
                }
                for name, muscle in self.muscles.items()
            },
        }


def tell(scenario: Scenario) -> Story:
    """Run the scenario. BadInput where the pump refuses a program, naming the visit."""
    return Story(scenario=scenario, run=run(scenario))


def local_clock(at_ms: int, utc_offset_min: int) -> str:
    """Write an instant with its offset: 2026-03-02T09:00+01:00."""
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)
    return at.astimezone(timezone(timedelta(minutes=utc_offset_min))).isoformat(timespec="minutes")


def _stretches(deliveries: tuple[Delivery, ...], start_ms: int, end_ms: int) -> tuple[Stretch, ...]:
    """Neighbours of one dose joined, and the time in which nothing flowed written as zero."""
    whole: list[Stretch] = []
    at_ms = start_ms
    for delivery in deliveries:
        if delivery.start_ms > at_ms:
            _join(whole, at_ms, delivery.start_ms, 0)
        tenths = round_div(delivery.mass_pg * DAY_MS * 10, (delivery.end_ms - delivery.start_ms) * PG_PER_MCG)
        _join(whole, delivery.start_ms, delivery.end_ms, tenths * PG_PER_MCG // 10)
        at_ms = delivery.end_ms
    if at_ms < end_ms:
        _join(whole, at_ms, end_ms, 0)
    return tuple(whole)


def _join(whole: list[Stretch], start_ms: int, end_ms: int, dose_pg_per_day: int) -> None:
    if whole and whole[-1].dose_pg_per_day == dose_pg_per_day:
        start_ms = whole.pop().start_ms
    whole.append(Stretch(start_ms=start_ms, end_ms=end_ms, dose_pg_per_day=dose_pg_per_day))


def _in_words(detail: str) -> str:
    """A bolus or an alarm by its name on screens."""
    return BOLUSES.get(detail, detail.lower().replace("_", " "))


def _short(value: float) -> float:
    return float(f"{float(value):.{FIGURES}g}")


def numbers_used(scenario: Scenario) -> list[Sourced]:
    """Every sourced number that a run of this scenario rests on: devices first, then faults, then the body."""
    device = [
        CATHETER_PER_CM,
        TUBING,
        UNDELIVERABLE,
        RATE_MIN,
        RATE_MAX,
        MINIMUM_RATE,
        LOW_RESERVOIR_ALARM,
        SERVICE_LIFE,
    ]
    planned = _numbers_of_faults(scenario)
    return [*device, *planned, *Body.adult(scenario.patient.tip_level).parameters.numbers().values()]


def _numbers_of_faults(scenario: Scenario) -> list[Sourced]:
    """How large faults are where the file leaves it out, and what the path's own arithmetic rests on."""
    mixing = [MIXING_CELLS] if scenario.catheter.flow == "mixed" else []
    if not scenario.faults:
        return mixing
    metal = [number for number in vars(mechanism_numbers).values() if isinstance(number, Sourced)]
    return [*metal, STEP, RELEASE, *mixing]
