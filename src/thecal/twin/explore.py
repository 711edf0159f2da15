"""What a program would do to a person, asked freely: no pump takes it, no dose is proposed, nothing is kept.

The typical person is the line, virtual patients are the band; the program that was read out stands beside it, as it
would go on. Tolerance grows and fades with what muscles feel, from what the read program has accustomed the person to,
so that withdrawal can be looked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from thecal.body import LEVELS, TARGETS, Body
from thecal.body.anatomy import Floats
from thecal.body.blame import blame
from thecal.body.ensemble import PEOPLE, Ensemble
from thecal.care.foreseen import Foreseen
from thecal.twin.asked import BOLUS_OVER, HOURS_PER_DAY, Bolus, Delivery, Past, Question, past
from thecal.twin.forecast import BANDED_LEVELS
from thecal.twin.lived import Dose, Exposure
from thecal.twin.responding import Lived, Many, One, lived
from thecal.twin.studied import beyond
from thecal.twin.virtual import HIGH, LOW, spread
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, PG_PER_MCG, show_duration

PUNCTURE_LEVEL = "L3"
CALF = tuple(TARGETS).index("soleus")
LOOKS = 240
"""No more times than a screen tells apart."""
SPACINGS_MS = (15 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS)
EARLY_MS = tuple(minutes * MINUTE_MS for minutes in (5, 10, 15, 30, 45, 60, 90))
"""After a change it is looked at more closely, so that a bolus keeps its peak."""
PAST_SPACING_H = 6.0
PER_MILLE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """One number over `Explored.times_ms`: `line`, `low`, `high` and `current`, (times,) each.

    `line` is the typical person under what is asked, `low` and `high` the middle nine tenths of virtual patients;
    `current` the typical person under the program that was read, None where none was.
    """

    line: Floats
    low: Floats
    high: Floats
    current: Floats | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explored:
    """What is predicted. `levels` in mcg/mL; `tone` by muscle group, a modified Ashworth score.

    Where no score before therapy is known, `tone` is the share suppressed, and `is_scored` says no. `spine` is the
    typical person's fluid under what is asked, (levels, times), C1 first. `tip` and `current_tip` are doses at the tip
    as steps (ms, pg/day), a bolus left out. `blames` says which parameter the band of the calf's tone comes from at
    `blamed_ms`, where it is widest. `withdrawal` is the number of a stage.
    """

    times_ms: tuple[int, ...]
    levels: dict[str, Shown]
    tone: dict[str, Shown]
    is_scored: bool
    drowsiness: Shown
    breathing: Shown
    withdrawal: Shown
    spine: Floats
    tip: list[tuple[int, float]]
    current_tip: list[tuple[int, float]]
    blames: tuple[tuple[str, float], ...]
    blamed_ms: int
    foreseen: Foreseen
    assumptions: tuple[str, ...]


def explore(question: Question) -> Explored:
    """What is asked, lived by the typical person and by virtual patients. BadInput for a body that nobody knows."""
    before, stature, baseline = past(question), question.stature(), question.baseline_mas or 0.0
    by_puncture = isinstance(question.what, Bolus) and question.what.by_puncture
    one = One(body=Body.of(question.tip_level, stature=stature), levels=LEVELS)
    many = Many(
        people=Ensemble.people(
            question.tip_level,
            stature=stature,
            levels=BANDED_LEVELS,
            puncture_level=PUNCTURE_LEVEL if by_puncture else None,
        )
    )
    asked, goes_on = exposure_of(question, before, question.pending(), doses(question, before)), question.current()
    now = None if goes_on is None else exposure_of(question, before, goes_on)
    return _Told(
        question=question,
        before=before,
        asked=asked,
        many=many,
        line=lived(one, before.habit, asked, baseline_mas=baseline),
        band=lived(many, before.habit, asked, baseline_mas=baseline),
        current=None if now is None else lived(one, before.habit, now, baseline_mas=baseline),
    ).explored()


def times_of(question: Question) -> Floats:
    """When it is looked at (times,), in hours from now: evenly, and closely at first."""
    even = np.arange(0, question.days * DAY_MS + 1, spacing_ms_of(question))
    return np.asarray(np.union1d(even, EARLY_MS) / HOUR_MS)


def spacing_ms_of(question: Question) -> int:
    """From one look to the next, once it is past its beginning."""
    return next(each for each in SPACINGS_MS if question.days * DAY_MS <= LOOKS * each)


def doses(question: Question, before: Past) -> tuple[Dose, ...]:
    """What is given by needle, in hours from when the past begins."""
    if not isinstance(question.what, Bolus) or not question.what.by_puncture:
        return ()
    return (Dose(at_h=before.hours, mass_mcg=question.what.mass_pg / PG_PER_MCG, level=PUNCTURE_LEVEL),)


def exposure_of(question: Question, before: Past, delivery: Delivery, by_needle: tuple[Dose, ...] = ()) -> Exposure:
    """What was given and will be, in hours from when the past begins; the past is looked at now and then."""
    edges, rates = delivery
    earlier = np.empty(0)
    if before.delivery is not None:
        edges, rates = np.concatenate([before.delivery[0][:-1], edges]), np.concatenate([before.delivery[1], rates])
        earlier = np.arange(-before.hours, 0.0, PAST_SPACING_H)
    edges = np.concatenate([[0.0], edges[1:] + before.hours])
    times = np.concatenate([earlier, times_of(question)]) + before.hours
    return Exposure(edges_h=edges, rates_mcg_per_h=rates, times_h=np.clip(times, 0.0, edges[-1]), doses=by_needle)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Told:
    """What was lived, cut to what lies ahead."""

    question: Question
    before: Past
    asked: Exposure
    many: Many
    line: Lived
    band: Lived
    current: Lived | None

    def explored(self) -> Explored:
        """All of it."""
        question, looks = self.question, times_of(self.question)
        times_ms = tuple(question.now_ms + round(at_h * HOUR_MS) for at_h in looks)
        calf = self._ahead(self._tone(self.band)[..., CALF])
        low, high = spread(calf)
        widest = int(np.argmax(high - low))
        drowsiness, breathing = self._sign("drowsiness"), self._sign("breathing_risk")
        withdrawal = self._stages()
        return Explored(
            times_ms=times_ms,
            levels={level: self._level(level) for level in BANDED_LEVELS},
            tone={target: self._muscle(at) for at, target in enumerate(TARGETS)},
            is_scored=question.baseline_mas is not None,
            drowsiness=drowsiness,
            breathing=breathing,
            withdrawal=withdrawal,
            spine=np.maximum(self._ahead(self.line.felt.csf_mcg_per_ml.T), 0.0),
            tip=_steps(question, _underlying(question)),
            current_tip=_steps(question, question.current()),
            blames=blame(self.many.people.cohort, calf[:, widest]),
            blamed_ms=times_ms[widest],
            foreseen=_foreseen(looks, drowsiness, breathing, withdrawal),
            assumptions=(*_assumptions(question, self.before), *beyond(self.asked)),
        )

    def _ahead(self, values: Floats) -> Floats:
        """Values (..., times) from now on."""
        return np.asarray(values[..., -len(times_of(self.question)) :])

    def _level(self, level: str) -> Shown:
        at, many_at = LEVELS.index(level), BANDED_LEVELS.index(level)
        return self._shown(
            self.line.felt.csf_mcg_per_ml[:, at],
            self.band.felt.csf_mcg_per_ml[..., many_at],
            None if self.current is None else self.current.felt.csf_mcg_per_ml[:, at],
        )

    def _muscle(self, at: int) -> Shown:
        now = None if self.current is None else self._tone(self.current)[..., at]
        return self._shown(self._tone(self.line)[..., at], self._tone(self.band)[..., at], now)

    def _tone(self, through: Lived) -> Floats:
        """(..., times, targets)."""
        return through.found.suppressed if self.question.baseline_mas is None else through.found.mas

    def _sign(self, name: str) -> Shown:
        now = None if self.current is None else getattr(self.current.found, name)
        return self._shown(getattr(self.line.found, name), getattr(self.band.found, name), now)

    def _shown(self, line: Floats, many: Floats, now: Floats | None) -> Shown:
        """Rounding may leave a hair below zero in a body at rest: that is none."""
        low, high = spread(np.maximum(self._ahead(many), 0.0))
        current = None if now is None else np.maximum(self._ahead(now), 0.0)
        return Shown(line=np.maximum(self._ahead(line), 0.0), low=low, high=high, current=current)

    def _stages(self) -> Shown:
        """A stage is whole: a band's end is some patient's."""
        low, high = np.quantile(self._stage(self.band), (LOW, HIGH), axis=0, method="nearest")
        current = None if self.current is None else self._stage(self.current)
        return Shown(line=self._stage(self.line), low=low, high=high, current=current)

    def _stage(self, through: Lived) -> Floats:
        """(..., times), the number of a stage."""
        stages = through.found.withdrawal
        assert stages is not None, "tolerance is dynamic"
        return self._ahead(stages.astype(np.float64))


def _underlying(question: Question) -> Delivery | None:
    """What runs at the tip, a bolus left out."""
    return question.current() if isinstance(question.what, Bolus) else question.pending()


def _steps(question: Question, delivery: Delivery | None) -> list[tuple[int, float]]:
    """A delivery as daily doses (pg/day), each from its beginning on."""
    if delivery is None:
        return []
    edges, rates = delivery
    return [
        (question.now_ms + round(edge * HOUR_MS), float(rate) * HOURS_PER_DAY * PG_PER_MCG)
        for edge, rate in zip(edges[:-1], rates, strict=True)
    ]


def _foreseen(looks_h: Floats, drowsiness: Shown, breathing: Shown, withdrawal: Shown) -> Foreseen:
    """The worst of it: of the typical person for drowsiness, at the upper end of the band for the rest."""
    shows = np.flatnonzero(withdrawal.high)
    return Foreseen(
        drowsy_per_mille=round(PER_MILLE * float(drowsiness.line.max())),
        breathing_per_mille=round(PER_MILLE * float(breathing.high.max())),
        withdrawal_stage=int(withdrawal.high.max()),
        withdrawal_after_ms=round(float(looks_h[shows[0]]) * HOUR_MS) if len(shows) else None,
    )


def _assumptions(question: Question, before: Past) -> Iterator[str]:
    """What a reader has to know to doubt the pictures rightly."""
    yield (
        f"The line is the typical person of the few who were measured; the band is the middle nine tenths of {PEOPLE} "
        "virtual patients, who differ in transport, sensitivity and tolerance."
    )
    match question.what:
        case Bolus(by_puncture=True):
            yield f"The puncture is at {PUNCTURE_LEVEL}, and the program that was read goes on."
        case Bolus():
            minutes = f"{BOLUS_OVER.value:g} min"
            yield f"The bolus leaves the tip within {minutes}, whatever the catheter holds, and the program goes on."
        case _:
            yield "The concentration stays as it is, so that a changed rate arrives at the tip at once."
    if before.silent:
        yield "Nothing is taken to flow under the current program: its pump was read as standing, stopped or empty."
        if before.habit is None or not before.habit[1].any():
            yield "What ran before is not in the read-out, so that no drug and no tolerance are taken to be there."
    elif before.habit is not None:
        yield "The person had settled on the program that was read out; tolerance grows and fades from there."
    elif before.delivery is not None:
        yield "The person had had no baclofen before the first program."
    else:
        yield "No program was read out: the person is taken to have had no baclofen before."
    yield "Nothing runs empty, and no refill is missed."
    apart = show_duration(spacing_ms_of(question))
    yield f"It is looked at every {apart}, and more closely at first; lines run straight in between."
    yield from _build(question)


def _build(question: Question) -> Iterator[str]:
    """What of the body is known, and what is taken for it."""
    stature = question.stature()
    if question.height_cm is None:
        whose = "the adult who was measured" if question.age_years is None else "the median of that age"
        yield f"Height {stature.height_cm:.0f} cm, {whose}: assumed."
    if question.age_years is None:
        yield "Age not known: fluid moves as at 45 years, assumed."
    if question.baseline_mas is None:
        yield "No score before therapy is on record, so that the share of tone suppressed is shown."
