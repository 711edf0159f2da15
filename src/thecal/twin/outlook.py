"""What a run would do to a person: the typical one as a line, virtual patients as the band around it.

Concentrations at levels, tone by muscle group, and the signs of too much and too little, from one `Run`. How much
tolerance a person begins with follows from `Who.tolerance`: one factor for good, or grown over the `habit`, a cycle of
the program that they are used to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from thecal.body import TARGETS, Body, Parameters
from thecal.body.adaptation import Adaptation, Tolerance, settled
from thecal.body.anatomy import Floats
from thecal.body.blame import blame
from thecal.body.cohort import Cohort
from thecal.body.placebo import Placebo
from thecal.body.response import Responder, Response, respond
from thecal.twin.lived import Exposure, live
from thecal.twin.simulation import Run
from thecal.twin.virtual import HIGH, LOW, Felt, Seen, Start, band, band_along, crowd, people, spread, unseen

ToleranceKind = Literal["naive", "chronic", "dynamic"]

MOST_LOOKS = 2_000
"""At how many times virtual patients are looked at; between two of them a band runs straight."""
UNKNOWN_PENN = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The person: scores without drug, how tolerance is taken, and when an injection may work as placebo (h)."""

    baseline_mas: float
    tolerance: ToleranceKind
    baseline_penn: float | None = None
    placebo_h: tuple[float, ...] = ()

    def responder(self, whose: Parameters | Cohort) -> Responder:
        """The same person with a body's own numbers."""
        return Responder(
            baseline_mas=self.baseline_mas,
            baseline_penn=UNKNOWN_PENN if self.baseline_penn is None else self.baseline_penn,
            placebo=Placebo.after(*self.placebo_h) if self.placebo_h else None,
            whose=whose,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predicted:
    """One number over time: `line` of the typical person, `low` and `high` of virtual patients, (times,) each."""

    line: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Muscle:
    """One muscle group.

    What it feels (ng/mL), the fraction of tone suppressed, the fraction of useful tone lost, the modified Ashworth
    score by drug and rebound, and the score that an examiner finds, less what placebo takes off.
    """

    felt_ng_per_ml: Predicted
    suppressed: Predicted
    weakness: Predicted
    mas: Predicted
    examined_mas: Predicted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """Everything that is predicted.

    `levels` in mcg/mL of fluid; `reflex` H/M of the soleus, 1 without drug; `penn` None where no score was written
    down; `withdrawal` the number of a stage, None where tolerance is held constant.
    """

    levels: dict[str, Predicted]
    muscles: dict[str, Muscle]
    reflex: Predicted
    penn: Predicted | None
    drowsiness: Predicted
    breathing: Predicted
    withdrawal: Predicted | None
    blames: dict[str, tuple[tuple[str, float], ...]]
    """By muscle group: (parameter, its share in the band of tone suppressed), where that band is widest."""


def outlook(
    run: Run,
    body: Body,
    who: Who,
    start: Start,
    *,
    habit: Exposure | None = None,
    levels: Sequence[str],
    seen: Seen = unseen,
) -> Outlook:
    """What `run` would do. `start` is the state a body begins in, `habit` the cycle that it is used to, if any."""
    looked, cohort = run.exposure.looked_at(MOST_LOOKS), people(body)
    typical = Felt.of(run.course, body, levels)
    exposures = [looked] if habit is None or who.tolerance != "dynamic" else [looked, habit]
    many, *all_before = crowd(cohort, body, start, exposures, levels=levels, seen=seen)
    before = [Felt.of(live(body, start(body), each)[0], body, ()) for each in exposures[1:]]
    used_to = _used_to(who, body.parameters, habit, before)
    all_used_to = _used_to(who, cohort, habit, all_before)
    both = _Both(
        times_h=run.exposure.times_h,
        looked_h=looked.times_h,
        felt=(typical, many),
        found=(
            _response(run.exposure.times_h, typical, who, body.parameters, used_to),
            _response(looked.times_h, many, who, cohort, all_used_to),
        ),
    )
    suppressed = both.found[1].suppressed
    return Outlook(
        levels={level: both.level(at) for at, level in enumerate(levels)},
        muscles={target: both.muscle(at) for at, target in enumerate(TARGETS)},
        reflex=both.sign("reflex_residual"),
        penn=None if who.baseline_penn is None else both.sign("penn"),
        drowsiness=both.sign("drowsiness"),
        breathing=both.sign("breathing_risk"),
        withdrawal=both.stages(),
        blames={target: blame_of(cohort, suppressed[..., at]) for at, target in enumerate(TARGETS)},
    )


def blame_of(cohort: Cohort, values: Floats) -> tuple[tuple[str, float], ...]:
    """Whose share the band of `values` (patients, times) is, where it is widest."""
    low, high = spread(values)
    return blame(cohort, values[:, int(np.argmax(high - low))])


def _used_to(who: Who, whose: Parameters | Cohort, habit: Exposure | None, before: Sequence[Felt]) -> Adaptation | None:
    """What one person, or each of many, is used to as the run begins; None where tolerance is held.

    `before` is what the habit made them feel, if there is one.
    """
    if who.tolerance != "dynamic":
        return None
    if habit is None:
        return Adaptation.naive(*((len(whose),) if isinstance(whose, Cohort) else ()), len(TARGETS))
    (felt,) = before
    return settled(habit.times_h, felt.effect_ng_per_ml, Tolerance.of(whose))


def _response(
    times_h: Floats, felt: Felt, who: Who, whose: Parameters | Cohort, used_to: Adaptation | None
) -> Response:
    """What is found, with tolerance that grows from `used_to`, or is held where there is none."""
    held = None if used_to is not None else _held(who, whose)
    effect, brainstem = felt.effect_ng_per_ml, felt.brainstem_ng_per_ml
    return respond(times_h, effect, brainstem, who.responder(whose), start=used_to, tolerance=held)


def _held(who: Who, whose: Parameters | Cohort) -> Floats | float:
    """The factor of tolerance, one or (patients,)."""
    name = "tolerance_chronic" if who.tolerance == "chronic" else "tolerance_naive"
    return whose.of(name) if isinstance(whose, Cohort) else float(getattr(whose, name).value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Both:
    """The typical person at `times_h` beside virtual patients at `looked_h`: what each felt, and what was found."""

    times_h: Floats
    looked_h: Floats
    felt: tuple[Felt, Felt]
    found: tuple[Response, Response]

    def level(self, at: int) -> Predicted:
        """The fluid at one level."""
        line, many = (felt.csf_mcg_per_ml[..., at] for felt in self.felt)
        low, high = band_along(self.times_h, self.looked_h, line, many)
        return Predicted(line=line, low=low, high=high)

    def sign(self, name: str) -> Predicted:
        """One number of the whole person."""
        return self._pair(*(getattr(found, name) for found in self.found))

    def muscle(self, at: int) -> Muscle:
        """One muscle group."""
        return Muscle(
            felt_ng_per_ml=self._pair(*(felt.effect_ng_per_ml[..., at] for felt in self.felt)),
            suppressed=self._pair(*(found.suppressed[..., at] for found in self.found)),
            weakness=self._pair(*(found.weakness[..., at] for found in self.found)),
            mas=self._pair(*(found.mas[..., at] for found in self.found)),
            examined_mas=self._pair(*(found.examined_mas()[..., at] for found in self.found)),
        )

    def stages(self) -> Predicted | None:
        """The stage of withdrawal, which holds until the next; None where nobody looked for it."""
        line, many = (found.withdrawal for found in self.found)
        if line is None or many is None:
            return None
        held = np.searchsorted(self.looked_h, self.times_h, side="right") - 1
        low, high = np.quantile(many, (LOW, HIGH), axis=0, method="nearest")[:, held].astype(np.float64)
        return Predicted(line=line.astype(np.float64), low=low, high=high)

    def _pair(self, line: Floats, many: Floats) -> Predicted:
        """Line (times,) and band of many (patients, looks)."""
        low, high = band(self.times_h, self.looked_h, many)
        return Predicted(line=line, low=low, high=high)
