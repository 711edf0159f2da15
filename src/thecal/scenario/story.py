"""What a scenario's run shows, told once for the table, the picture and the JSON of the command line.

Reservoir and tip are arithmetic on what truly flowed; the spine, the muscles and the signs are a prediction for a
typical person of this build, inside a band of virtual patients.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thecal.body import LEVELS, Body
from thecal.body.response import mas_label
from thecal.body.signs import Stage
from thecal.catheter import filled
from thecal.flow import Delivery
from thecal.pump.events import EventKind
from thecal.scenario.build import initial_device, run
from thecal.scenario.doubts import assumptions
from thecal.scenario.living import body_of, done_by_hand, habit, initial_state, who
from thecal.scenario.models import Scenario
from thecal.twin.belief import carried
from thecal.twin.outlook import Muscle, Outlook, Predicted, outlook
from thecal.twin.simulation import Run
from thecal.twin.studied import beyond
from thecal.twin.virtual import BAND_SAYS, Seen, unseen
from thecal.units import DAY_MS, PG_PER_MCG, round_div

Floats = NDArray[np.float64]

NOT_A_DEVICE = "Thecal is not a medical device. A simulation of an invented patient; no dose follows from it."
ALWAYS_TOLD = ("C2", "L3")
"""Where the brainstem's fluid comes from, and where a needle samples."""
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


@dataclass(frozen=True, kw_only=True)
class Story:
    """A scenario and its run.

    `levels` are those whose fluid is told of, from the head down; `seen` is told as virtual patients are done.
    """

    scenario: Scenario
    run: Run
    body: Body
    levels: tuple[str, ...]
    seen: Seen = unseen

    @cached_property
    def outlook(self) -> Outlook:
        """What is predicted, with its band."""
        device = initial_device(self.scenario)
        return outlook(
            self.run,
            self.body,
            who(self.scenario),
            partial(initial_state, self.scenario, device),
            habit=habit(self.scenario, device),
            levels=self.levels,
            seen=self.seen,
        )

    @property
    def muscles(self) -> dict[str, Muscle]:
        """What is predicted by muscle group."""
        return self.outlook.muscles

    @cached_property
    def csf_at_tip_mcg_per_ml(self) -> Floats:
        """CSF beside the tip, (times,)."""
        return self.csf_mcg_per_ml(self.scenario.patient.tip_level)

    def csf_mcg_per_ml(self, level: str) -> Floats:
        """CSF at a vertebral level, (times,), of the typical person; a hair below zero is rounding."""
        return np.maximum(self.run.course.csf_at(self.body.grid.level_cm(level)), 0.0)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What a reader has to know to doubt the predictions rightly."""
        return (*assumptions(self.scenario), *beyond(self.run.exposure))

    @cached_property
    def at_tip(self) -> tuple[Stretch, ...]:
        """The dose at the tip, stretch by stretch, from the start to the end."""
        return _stretches(self.run.deliveries, self.scenario.start_ms, self.scenario.end_ms)

    @cached_property
    def believed_at_tip(self) -> tuple[Stretch, ...]:
        """The dose that the pump's own count would bring to the tip through the path on record, stretch by stretch."""
        catheter = self.scenario.catheter
        path_nl = catheter.tubing_nl + catheter.catheter_nl
        sound = filled(path_nl, self.scenario.program.concentration_pg_per_nl)
        return _stretches(carried(self.run.counted, sound), self.scenario.start_ms, self.scenario.end_ms)

    @property
    def happened(self) -> list[tuple[int, str]]:
        """What the pump's log remembers of the story, and what was done by hand, (when, what), in order."""
        events = [event for event in self.run.device.pump.log if event.kind in HAPPENED]
        logged = [(event.at_ms, HAPPENED[event.kind].format(detail=_in_words(event.detail))) for event in events]
        return sorted([*logged, *done_by_hand(self.scenario)], key=lambda happening: happening[0])

    @property
    def withdrawn(self) -> list[str]:
        """When each stage of withdrawal is first predicted, and its signs; nothing where none is.

        Of the typical person, and of the most affected twentieth of virtual patients, who may show it alone.
        """
        course = self.outlook.withdrawal
        if course is None:
            return []
        return [
            f"withdrawal, {stage.name.lower()}, {whose}from {self.when(int(found[0]))}: {stage.words}"
            for stage in Stage
            for whose, values in (("", course.line), ("in the most affected, ", course.high))
            if stage and (found := np.flatnonzero(values >= stage)).size
        ]

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

    def when(self, at: int) -> str:
        """A sample's time in the patient's local time."""
        return self.clock(int(self.run.times_ms[at]))

    def clock(self, at_ms: int) -> str:
        """An instant in the patient's local time."""
        return local_clock(at_ms, self.scenario.utc_offset_min)

    def to_plain(self) -> dict[str, Any]:
        """Everything, for JSON. Units are the last part of each name."""
        return {
            "schema": 2,
            "says": NOT_A_DEVICE,
            "title": self.scenario.title,
            "tip_level": self.scenario.patient.tip_level,
            "band": BAND_SAYS,
            "assumptions": list(self.assumptions),
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
            "drained_pg": round(self.run.drained_mcg * PG_PER_MCG),
            "band_comes_from": {name: dict(shares) for name, shares in self.outlook.blames.items()},
            "rows": [self._row(index) for index in range(len(self.run.times_ms))],
        }

    def _row(self, at: int) -> dict[str, Any]:
        seen = self.outlook
        penn, withdrawal = seen.penn, seen.withdrawal
        return {
            "at": self.clock(int(self.run.times_ms[at])),
            "calculated_by_the_pump_nl": int(self.run.believed_nl[at]),
            "simulated_actual_nl": int(self.run.true_nl[at]),
            "at_tip_pg_per_day": round(float(self.run.tip_pg_per_day[at])),
            "csf_at_tip_mcg_per_ml": _short(self.csf_at_tip_mcg_per_ml[at]),
            "csf_mcg_per_ml": {level: _banded(course, at) for level, course in seen.levels.items()},
            "muscles": {name: _muscle(muscle, at) for name, muscle in seen.muscles.items()},
            "reflex_left": _banded(seen.reflex, at),
            "penn": None if penn is None else _banded(penn, at),
            "drowsiness": _banded(seen.drowsiness, at),
            "breathing_risk": _banded(seen.breathing, at),
            "withdrawal": None if withdrawal is None else _stages(withdrawal, at),
        }


def tell(scenario: Scenario, *, levels: Sequence[str] = (), seen: Seen = unseen) -> Story:
    """Run the scenario; tip, L3 and C2 are told of besides `levels`. BadInput where the pump refuses a program."""
    named = {*levels, scenario.patient.tip_level, *ALWAYS_TOLD}
    return Story(
        scenario=scenario,
        run=run(scenario),
        body=body_of(scenario),
        levels=tuple(level for level in LEVELS if level in named),
        seen=seen,
    )


def _banded(course: Predicted, at: int) -> dict[str, float]:
    return {"predicted": _short(course.line[at]), "low": _short(course.low[at]), "high": _short(course.high[at])}


def _stages(course: Predicted, at: int) -> dict[str, str]:
    """The stage in one word, with those of the band."""
    ends = {"predicted": course.line, "low": course.low, "high": course.high}
    return {name: Stage(int(values[at])).name.lower() for name, values in ends.items()}


def _muscle(muscle: Muscle, at: int) -> dict[str, Any]:
    return {
        "felt_ng_per_ml": _short(muscle.felt_ng_per_ml.line[at]),
        "suppressed": _short(muscle.suppressed.line[at]),
        "suppressed_low": _short(muscle.suppressed.low[at]),
        "suppressed_high": _short(muscle.suppressed.high[at]),
        "useful_tone_lost": _banded(muscle.weakness, at),
        "mas": _short(muscle.mas.line[at]),
        "mas_low": _short(muscle.mas.low[at]),
        "mas_high": _short(muscle.mas.high[at]),
        "mas_grade": mas_label(float(muscle.mas.line[at])),
        "examined_mas": _short(muscle.examined_mas.line[at]),
    }


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
