"""What is likely to come, from what is known: a read-out, the implant record, and what differs between people.

A forecast never sees the truth. It builds an implant that is exactly what the pump believes of itself, with metal that
does as it is told, and runs it: through a typical person for the line, and through virtual patients for the band. They
are prepared once for a tip and a build. Everything it assumes is written in `assumptions`, to stand beside the picture.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thecal.body import LEVELS, TARGETS, TWO_POOL, Body, BodyState, Stature, response
from thecal.body.ensemble import Ensemble
from thecal.body.ensemble import Forecast as Foreseen
from thecal.body.population import Amplitudes
from thecal.body.stature import ADULT, YOUNGEST_YEARS
from thecal.catheter import Catheter, layered
from thecal.flow import Batch, Slug
from thecal.mechanism import Metal, Stall
from thecal.pump.alarms import Alarm
from thecal.pump.bolus import BridgeBolus, PrimingBolus
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import EventKind
from thecal.pump.infusion import (
    WEEKDAYS,
    FlexSchedule,
    MinimumRate,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    StopPump,
    rate_at,
)
from thecal.pump.memory import Interrogation, as_read, empty_since_ms
from thecal.pump.refusals import Refusal
from thecal.pump.reservoir import SILENT
from thecal.sources import Sourced
from thecal.twin import device as implant
from thecal.twin.device import Device, opened
from thecal.twin.effect import hours
from thecal.twin.lived import Exposure
from thecal.twin.outlook import blame_of
from thecal.twin.simulation import Run, Step, simulate
from thecal.twin.studied import beyond
from thecal.twin.virtual import BAND_SAYS, band, band_along
from thecal.units import DAY_MS, HOUR_MS, PG_PER_MCG

Shares = NDArray[np.float64]
Given = tuple[list[float], list[float]]
"""Drug at the tip: edges in hours from 0, and the rates between them in mcg/h."""
BANDED_LEVELS = ("C5", "T4", "T10", "L1", "L3")
"""Where fluid is looked at in virtual patients: where it was sampled in people, and between."""
MOST_LOOKS = 800
"""At how many times virtual patients are looked at: every hour of a month. Between fewer a band runs straight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the record says of the patient and the path: the rest is the average of a published few.

    `path_nl` is tubing and catheter as recorded; `tolerance` the factor on the half-effect concentration;
    `baseline_mas` the Modified Ashworth score without drug, 0 to 4; `stature` the build, as far as it is known.
    """

    tip_level: str
    path_nl: int
    tolerance: float
    baseline_mas: float
    stature: Stature = ADULT


def build_of(age_years: float) -> Stature | None:
    """The median build at an age; None for somebody younger than the model knows, of whom nothing is predicted."""
    return Stature.of(age_years=age_years) if age_years >= YOUNGEST_YEARS else None


def tolerance_of(*, chronic: bool) -> Sourced:
    """The factor on the half-effect concentration: before any baclofen, or on chronic therapy (assumed)."""
    return TWO_POOL.tolerance_chronic if chronic else TWO_POOL.tolerance_naive


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A run of the believed implant, and what it would do to tone, by muscle group.

    `suppressed`, `low` and `high` are fractions of tone (times,): a typical person's, and where nine tenths of virtual
    patients lie. `body` is the typical person's. `blames` tells by muscle group which parameters that band comes from,
    where it is widest: (name, share) each. `fluid` (2, times), lowest and highest, is the same band of the fluid
    (mcg/mL) at a few levels. `assumptions` are sentences for the reader.
    """

    run: Run
    body: Body
    suppressed: dict[str, Shares]
    low: dict[str, Shares]
    high: dict[str, Shares]
    baseline_mas: float
    blames: dict[str, tuple[tuple[str, float], ...]]
    fluid: dict[str, tuple[Shares, Shares]]
    assumptions: tuple[str, ...]

    def level(self, level: str) -> Shares:
        """The typical person's fluid at a level (mcg/mL), (times,)."""
        return np.maximum(self.run.course.csf_at(self.body.grid.level_cm(level)), 0.0)

    def spine(self, instants_ms: list[int]) -> dict[str, list[float]]:
        """Predicted CSF concentration (mcg/mL) by vertebral level, top to bottom, at the samples nearest after."""
        found = np.searchsorted(self.run.times_ms, instants_ms)
        samples = np.minimum(found, len(self.run.times_ms) - 1)
        return {level: self.level(level)[samples].tolist() for level in LEVELS}

    def mas(self, target: str) -> Shares:
        """The predicted Modified Ashworth score of a muscle group, (times,)."""
        return response.modified_ashworth(self.suppressed[target], self.baseline_mas)

    def grade(self, target: str, sample: int) -> str:
        """The grade an examiner would most nearly write down at one sample: 0, 1, 1+, 2, 3 or 4."""
        return response.mas_label(float(self.mas(target)[sample]))

    def grade_band(self, target: str, sample: int) -> tuple[str, str]:
        """(lowest, highest) of such grades, at the ends of the band."""
        low, high = (response.mas_label(float(end[sample])) for end in self.mas_band(target))
        return low, high

    def mas_band(self, target: str) -> tuple[Shares, Shares]:
        """(lowest, highest) score, (times,) each, of nine tenths of virtual patients: more drug is a lower score."""
        lowest = response.modified_ashworth(self.high[target], self.baseline_mas)
        return lowest, response.modified_ashworth(self.low[target], self.baseline_mas)


def forecast(
    read: Interrogation,
    person: Person,
    *,
    update: Update | None = None,
    update_ms: int | None = None,
    until_ms: int,
    every_ms: int,
) -> Forecast | Refusal:
    """From the read-out on, with `update` committed at `update_ms`; the pump's own refusal where it would refuse."""
    device, body = believed(read, person), Body.of(person.tip_level, stature=person.stature)
    steps: list[Step] = []
    if update is not None:
        assert update_ms is not None, "an update happens at an instant"
        answer = _updated(device, update)
        if isinstance(answer, Refusal):
            return answer
        steps.append(Step(at_ms=update_ms, act=lambda running: _committed(running, update)))
    run = simulate(device, body, settled(read, body), steps=steps, until_ms=until_ms, every_ms=every_ms)
    foreseen = _foreseen(read, person, run.exposure)
    many = {target: foreseen.of("suppressed", muscle=target) for target in TARGETS}
    looks_h, times_h = foreseen.exposure.times_h, run.exposure.times_h
    bands = {target: band(times_h, looks_h, values) for target, values in many.items()}
    found = Forecast(
        run=run,
        body=body,
        suppressed={
            target: response.suppression(felt, person.tolerance) for target, felt in run.course.effect_ng_per_ml.items()
        },
        low={target: low for target, (low, _) in bands.items()},
        high={target: high for target, (_, high) in bands.items()},
        baseline_mas=person.baseline_mas,
        blames={target: blame_of(foreseen.cohort, values) for target, values in many.items()},
        fluid={},
        assumptions=(*_assumptions(read, person), *beyond(run.exposure)),
    )
    fluid = {level: np.maximum(foreseen.of("csf", level=level), 0.0) for level in BANDED_LEVELS}
    return replace(
        found, fluid={level: band_along(times_h, looks_h, found.level(level), many) for level, many in fluid.items()}
    )


def _people(person: Person) -> Ensemble:
    """Virtual patients of this build, kept from one forecast to the next."""
    return Ensemble.people(person.tip_level, stature=person.stature, levels=BANDED_LEVELS)


def _foreseen(read: Interrogation, person: Person, exposure: Exposure) -> Foreseen:
    """What each virtual patient goes through, (patients, looks)."""
    people, looked = _people(person), exposure.looked_at(MOST_LOOKS)
    return people.forecast(
        exposure.edges_h,
        exposure.rates_mcg_per_h,
        looked.times_h,
        start=all_settled(read, people),
        baseline_mas=person.baseline_mas,
        tolerance=_tolerances(people, person.tolerance),
    )


def _tolerances(people: Ensemble, tolerance: float) -> Shares:
    """Everybody's own factor, (patients,), where the typical person has `tolerance`: none is none for all."""
    naive, chronic = TWO_POOL.tolerance_naive.value, TWO_POOL.tolerance_chronic.value
    return naive + (tolerance - naive) / (chronic - naive) * (people.held(chronic=True) - naive)


def believed(read: Interrogation, person: Person) -> Device:
    """An implant that is what its pump said of itself, with metal that does as it is told."""
    return opened(pump=as_read(read), metal=_metal(read), catheter=_path(read, person.path_nl))


def settled(read: Interrogation, body: Body) -> BodyState:
    """A body at the read-out: as after long on this program, less what is known to have been missed since."""
    habit, since = before(read)
    state = body.rest() if habit is None else body.periodic(*habit)
    return state if since is None else body.advance(state, *since)


def all_settled(read: Interrogation, people: Ensemble) -> Amplitudes:
    """Virtual patients at the read-out, in the same way."""
    habit, since = before(read)
    state = people.rest() if habit is None else people.settled(*habit)
    return state if since is None else people.advance(state, *since)


def before(read: Interrogation) -> tuple[Given | None, Given | None]:
    """(the cycle that a body is used to, what it was given since then until the read-out); None where there is none."""
    if read.program is None or read.revision == 0:
        return None, None
    since_ms = silent_since(read)
    reached_ms = read.at_ms if since_ms is None else min(since_ms, read.at_ms)
    begun_ms = begun(read)
    habit: Given | None = None
    edges, rates = [0.0], list[float]()
    if read.revision == 1 and begun_ms is not None and begun_ms < reached_ms:
        edges, rates = cycle(read, read.program, begun_ms, reached_ms)
    else:
        habit = cycle(read, read.program, reached_ms, reached_ms + WEEKDAYS * DAY_MS)
    if reached_ms < read.at_ms:
        edges, rates = [*edges, edges[-1] + hours(read.at_ms, reached_ms)], [*rates, 0.0]
    return habit, (edges, rates) if rates else None


def silent_since(read: Interrogation) -> int | None:
    """Since when nothing is known to flow: the stall's alarm, the stop or the empty reservoir, whichever came first."""
    since = [active.since_ms for active in read.alarms if active.alarm in {Alarm.MOTOR_STALL, Alarm.EMPTY_RESERVOIR}]
    if read.state in SILENT:
        since.append(read.state_since_ms)
    return min(since, default=None)


def begun(read: Interrogation) -> int | None:
    """When the first program was committed, if the log still knows."""
    return next((event.at_ms for event in read.log if event.kind is EventKind.UPDATE_COMMITTED), None)


def cycle(read: Interrogation, program: Program, start_ms: int, end_ms: int) -> tuple[list[float], list[float]]:
    """The program's own dose at the tip over a window: (edges in hours, rates in mcg/h)."""
    minimum = PUMP_MODELS[read.pump_model].minimum_rate_nl_per_day
    edges, rates, at_ms = [0.0], [], start_ms
    while at_ms < end_ms:
        rate, until_ms = _rate(program, at_ms, end_ms, minimum)
        at_ms = min(until_ms, end_ms)
        edges.append(hours(at_ms, start_ms))
        rates.append(rate * program.concentration_pg_per_nl / PG_PER_MCG * HOUR_MS / DAY_MS)
    return edges, rates


def _rate(program: Program, at_ms: int, end_ms: int, minimum_rate_nl_per_day: int) -> tuple[int, int]:
    """(rate in nL/day, until when it holds)."""
    match program.infusion_mode:
        case SimpleContinuous(rate_nl_per_day=rate):
            return rate, end_ms
        case FlexSchedule() | PeriodicBolus() as schedule:
            return rate_at(schedule, at_ms, program.utc_offset_min)
        case MinimumRate():
            return minimum_rate_nl_per_day, end_ms
        case StopPump():
            return 0, end_ms


def _metal(read: Interrogation) -> Metal:
    """The reservoir as calculated; a motor that was read as stalled stays so, since nothing says otherwise."""
    faults = () if not read.motor_stalled else (Stall(start_ms=silent_since(read) or read.at_ms),)
    if read.program is None or read.reservoir_nl == 0:
        return Metal(faults=faults)
    mass_pg = read.reservoir_nl * read.program.concentration_pg_per_nl
    batch = Batch(volume_nl=read.reservoir_nl, mass_pg=mass_pg)
    return Metal(reservoir=(Slug(batch=batch, from_nl=0, to_nl=batch.volume_nl),), faults=faults)


def _path(read: Interrogation, path_nl: int) -> Catheter:
    """What tubing and catheter hold by the record: a running bolus still has old drug, or none, ahead of it."""
    if read.program is None:
        return layered(((path_nl, 0),))
    new = read.program.concentration_pg_per_nl
    left_nl = min(read.bolus_left_nl or 0, path_nl)
    match read.bolus:
        case BridgeBolus(concentration_pg_per_nl=old):
            return layered(((left_nl, old), (path_nl - left_nl, new)))
        case PrimingBolus():
            return layered(((left_nl, 0), (path_nl - left_nl, new)))
        case _:
            return layered(((path_nl, new),))


def _updated(device: Device, update: Update) -> Device | Refusal:
    """The implant after an update, or the pump's refusal. The syringe fills what the update says it filled."""
    if update.reservoir_nl:
        mass_pg = update.reservoir_nl * update.program.concentration_pg_per_nl
        batch = Batch(volume_nl=update.reservoir_nl, mass_pg=mass_pg)
        slug = Slug(batch=batch, from_nl=0, to_nl=batch.volume_nl)
        device = opened(pump=device.pump, metal=replace(device.metal, reservoir=(slug,)), catheter=device.catheter)
    stage = Stage(transaction_id="forecast", onto_revision=device.pump.revision, update=update)
    staged = implant.command(device, stage)
    if isinstance(staged, Refusal):
        return staged
    return implant.command(staged, Commit(transaction_id="forecast", digest=update.digest()))


def _committed(device: Device, update: Update) -> Device:
    """As `_updated`, where it has been shown that the pump takes it."""
    answer = _updated(device, update)
    assert isinstance(answer, Device), "an update that was accepted at the read-out is accepted later"
    return answer


def _assumptions(read: Interrogation, person: Person) -> tuple[str, ...]:
    """What a reader has to know to doubt the picture rightly."""
    sentences = [
        "The pump delivers what it counts, and tubing and catheter are as recorded.",
        f"The line is a typical person; the band is {BAND_SAYS}, who differ in sensitivity and in how drug moves.",
        f"The canal is that of somebody of {person.stature.height_cm:.0f} cm.",
    ]
    if read.motor_stalled:
        sentences.append("The motor was read as stalled and is taken to stay so.")
    elif read.revision > 1:
        sentences.append("The body has settled on the program that was read out.")
    if empty_since_ms(read) is not None:
        sentences.append("Nothing is taken to have flowed since the reservoir ran empty.")
    return tuple(sentences)
