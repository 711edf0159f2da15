"""How a patient's time passes: from one moment to the next, with what happens on the way.

Time is cut at every look of the watch and nowhere else, and a later moment is always computed from one that stands on
such a cut or right after something was done to the pump. So it does not matter in how many steps the clock is moved:
`live(a→c)` gives the device that `live(a→b→c)` gives, and the body to the last digits of its arithmetic.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import islice

import numpy as np

from thecal.body import BodyState
from thecal.flow import Delivery
from thecal.pump.alarms import heard
from thecal.pump.events import EventKind
from thecal.pump.memory import Pump
from thecal.rehearsal.world.patient import Moment, Person, VirtualPatient
from thecal.rehearsal.world.watch import Look, Report, Watch, calls, first_look_ms, notice, words
from thecal.twin.device import Device, advance
from thecal.twin.effect import hours, stretches
from thecal.units import HOUR_MS

NG_PER_MCG = 1000.0
BATCH = 31 * 24
"""Looks that are computed together: only speed depends on it."""


class HappeningKind(Enum):
    """What the clock can be stopped for."""

    ALARM = auto()
    BOLUS_ENDED = auto()
    REPORT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something happened to a patient at `at_ms`. `detail` is an alarm's name, a bolus's, or a caller's words.

    Alarms and boluses are truth: the clinic learns only of a REPORT; `report` is there for that kind alone.
    """

    kind: HappeningKind
    at_ms: int
    patient_key: str
    detail: str
    report: Report | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A stretch of a patient's time: the moments from which it can be computed again, and what happened, in order."""

    moments: tuple[Moment, ...]
    happenings: tuple[Happening, ...]


def born(patient: VirtualPatient, now_ms: int) -> Moment:
    """The first moment of a patient who is added at `now_ms`."""
    body = patient.body or patient.person.body().rest()
    at_ms = now_ms if patient.device is None else patient.device.now_ms
    assert at_ms <= now_ms, "nobody comes from the future"
    effects = effects_of(patient.person, body)
    usual = float(np.mean([patient.person.suppressed(effects[muscle]) for muscle, _ in patient.person.baseline_mas]))
    return Moment(at_ms=at_ms, device=patient.device, body=body, watch=Watch(usual=usual))


def live(person: Person, seed: int, moment: Moment, to_ms: int) -> Life:
    """Everything from `moment` to `to_ms`. The last of `moments` is what the next stretch starts from."""
    moments, happenings = [moment], list[Happening]()
    looks = _looks(person, seed, moment.at_ms, to_ms)
    while batch := list(islice(looks, BATCH)):
        moment, happened = _live_batch(person, seed, moment, batch)
        moments.append(moment)
        happenings += happened
    if moment.device is not None and moment.at_ms < to_ms:
        later, _ = advance(moment.device, to_ms)
        happenings += _pump_happenings(person, moment.device.pump, later.pump)
    return Life(moments=tuple(moments), happenings=tuple(sorted(happenings, key=lambda happening: happening.at_ms)))


def glimpse(person: Person, moment: Moment, at_ms: int) -> Moment:
    """What is true at `at_ms`, at most a look after `moment`: to act on, or to show, and not to compute on from."""
    assert moment.at_ms <= at_ms <= moment.at_ms + HOUR_MS, "the moment is the last one before"
    if at_ms == moment.at_ms:
        return moment
    device, deliveries = _advanced(moment.device, at_ms)
    edges, rates = stretches(deliveries, moment.at_ms, at_ms)
    body = person.body().advance(moment.body, edges, rates)
    return replace(moment, at_ms=at_ms, device=device, body=body)


def effects_of(person: Person, body: BodyState) -> dict[str, float]:
    """C_e (ng/mL) at each muscle group, of a body as it is."""
    course = person.body().course(body, [0.0, 1.0], [0.0], [0.0])
    return {muscle: float(values[0]) for muscle, values in course.effect_ng_per_ml.items()}


def deliveries_between(person: Person, seed: int, moment: Moment, to_ms: int) -> tuple[Delivery, ...]:
    """What truly left the tip from `moment` to `to_ms`, cut as `live` cuts it."""
    device, delivered = moment.device, list[Delivery]()
    for at_ms in (*_looks(person, seed, moment.at_ms, to_ms), to_ms):
        device, out = _advanced(device, at_ms)
        delivered += out
    return tuple(delivered)


def _looks(person: Person, seed: int, after_ms: int, to_ms: int) -> Iterator[int]:
    """Every look in (after_ms, to_ms]."""
    return iter(range(first_look_ms(seed, person.key, after_ms), to_ms + 1, HOUR_MS))


def _live_batch(person: Person, seed: int, moment: Moment, looks: list[int]) -> tuple[Moment, list[Happening]]:
    """(the moment at the last of `looks`, what happened)."""
    deliveries, beeping, happenings = list[Delivery](), list[bool](), list[Happening]()
    device = moment.device
    for at_ms in looks:
        before = device
        device, out = _advanced(device, at_ms)
        deliveries += out
        beeping.append(device is not None and heard(device.pump.alarms, device.pump.now_ms) is not None)
        if before is not None and device is not None:
            happenings += _pump_happenings(person, before.pump, device.pump)
    edges, rates = stretches(deliveries, moment.at_ms, looks[-1])
    seen = _seen(person, moment, looks, beeping, (edges, rates))
    watch, reports = _watched(person, seed, moment.watch, seen)
    body = person.body().advance(moment.body, edges, rates)
    later = Moment(at_ms=looks[-1], device=device, body=body, watch=watch)
    return later, [*happenings, *map(_as_happening, reports)]


def _advanced(device: Device | None, to_ms: int) -> tuple[Device | None, tuple[Delivery, ...]]:
    return (None, ()) if device is None else advance(device, to_ms)


def _seen(
    person: Person, moment: Moment, looks: list[int], beeping: list[bool], drug: tuple[np.ndarray, np.ndarray]
) -> list[Look]:
    """What there is to notice at each look."""
    times = [hours(at_ms, moment.at_ms) for at_ms in looks]
    course = person.body().course(moment.body, *drug, np.minimum(times, drug[0][-1]))
    muscles = [muscle for muscle, _ in person.baseline_mas]
    suppressed = np.mean([person.suppressed(course.effect_ng_per_ml[muscle]) for muscle in muscles], axis=0)
    return [
        Look(at_ms=at_ms, beeping=beeps, suppression=float(share), cisternal_ng_per_ml=float(level) * NG_PER_MCG)
        for at_ms, beeps, share, level in zip(looks, beeping, suppressed, course.cisternal_mcg_per_ml, strict=True)
    ]


def _watched(person: Person, seed: int, watch: Watch, looks: list[Look]) -> tuple[Watch, list[Report]]:
    """(the watch after the last look, the calls)."""
    reports: list[Report] = []
    for look in looks:
        after = notice(
            watch,
            look,
            seed=seed,
            patient_key=person.key,
            tolerance=person.tolerance,
            utc_offset_min=person.utc_offset_min,
        )
        if calls(watch, after):
            reports.append(_report(person, look.at_ms, after))
        watch = after
    return watch, reports


def _report(person: Person, at_ms: int, watch: Watch) -> Report:
    signs = tuple(sign for sign in watch.since if sign in watch.told)
    said = words(signs, person.pronoun)
    return Report(patient_key=person.key, at_ms=at_ms, by=person.caller, words=said, signs=signs)


def _as_happening(report: Report) -> Happening:
    return Happening(
        kind=HappeningKind.REPORT,
        at_ms=report.at_ms,
        patient_key=report.patient_key,
        detail=report.words,
        report=report,
    )


_STOPS_FOR = {EventKind.ALARM_RAISED: HappeningKind.ALARM, EventKind.BOLUS_ENDED: HappeningKind.BOLUS_ENDED}


def _pump_happenings(person: Person, before: Pump, after: Pump) -> list[Happening]:
    """The lines that the pump's log gained, as far as the clock may stop for them."""
    known = before.log[-1].sequence
    return [
        Happening(kind=_STOPS_FOR[event.kind], at_ms=event.at_ms, patient_key=person.key, detail=event.detail)
        for event in after.log
        if event.sequence > known and event.kind in _STOPS_FOR
    ]
