"""Does calibration recover what is known, and is a 90 % interval right nine times in ten? Simulation-based calibration.

    thecal twin calibrate FILE --check 200

Draw people from the prior, make up their readings under the same errors, calibrate each as if nobody knew, and ask
where the truth lies in the posterior. Whatever the readings were, that rank is uniform over people if and only if the
method is right (Cook, Gelman and Rubin 2006; Talts and others 2018). It says nothing on whether the model is right.
"""

from dataclasses import dataclass, replace

import numpy as np

from thecal.body.anatomy import TARGETS, Floats
from thecal.body.calibration.errors import GRADES, found_grade
from thecal.body.calibration.likelihood import imagined
from thecal.body.calibration.observed import Case, Occasion
from thecal.body.calibration.posterior import CONTRADICTED, Posterior, calibrate, prior
from thecal.body.calibration.predict import BASELINE, Bodies, baselines, matters
from thecal.body.calibration.sampling import standard
from thecal.body.parameters import TWO_POOL
from thecal.body.parameters.spread_2026 import SPREAD
from thecal.body.response import MAS_LARGEST
from thecal.body.variability import people, uniform, varied_in

FORECAST = "tone after the next dose"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checked:
    """`ranks` (people,) by name: the posterior's weight below the truth; `surprises` (people,), uniform too.

    `effective` (people,) draws counted in each posterior.
    """

    ranks: dict[str, Floats]
    surprises: Floats
    effective: Floats

    def covered(self, name: str, share: float) -> float:
        """How many of the people have their truth within the central interval of a share."""
        return float(np.mean(np.abs(self.ranks[name] - 0.5) <= share / 2))


def check(case: Case, asked: Occasion | None, n: int, key: str) -> Checked:
    """Calibrate `n` invented people who were given what `case` says, and forecast the first reading of `asked`.

    The case's own readings do not matter, only what was read and when.
    """
    spread = varied_in(case.stature, SPREAD)
    z = standard(n, [each.name for each in spread], f"{key} truth")
    tone = _tones(case, n, key)
    truth = people(z, TWO_POOL, spread)
    expected = Bodies.of(case, truth).expected(case, tone)
    ahead = None if asked is None else replace(case, occasions=(asked,))
    to_come = np.zeros(n) if ahead is None else Bodies.of(ahead, truth).expected(ahead, tone)[:, 0]
    known = prior(case, key)
    rows, surprises, effective = list[dict[str, float]](), [], []
    for person in range(n):
        own = _read_before(case, tone[person], f"{key} {person}")
        own = own.read(imagined(own.readings(), expected[person], f"{key} {person}"))
        found = calibrate(own, key, known=known)
        later = {} if ahead is None else {FORECAST: _rank(found, ahead, to_come[person])}
        rows.append(_ranks(found, z[person], tone[person]) | later)
        surprises.append(found.surprise)
        effective.append(found.found.effective)
    return Checked(
        ranks={name: np.array([row[name] for row in rows]) for name in rows[0]},
        surprises=np.array(surprises),
        effective=np.array(effective),
    )


def _tones(case: Case, n: int, key: str) -> Floats:
    """Tone without drug (n, targets), any from 0 to 4; 0 in a muscle that nobody examines."""
    tone = np.zeros((n, len(TARGETS)))
    for muscle in case.muscles:
        tone[:, tuple(TARGETS).index(muscle)] = MAS_LARGEST * uniform(n, key, f"{BASELINE}{muscle}")
    return tone


def _read_before(case: Case, tone: Floats, key: str) -> Case:
    """The case with grades before any drug as an examiner might have found them in this person."""
    baseline = {}
    for muscle in case.muscles:
        chances = uniform(len(case.baseline[muscle]), key, f"before, {muscle}").tolist()
        here = float(tone[tuple(TARGETS).index(muscle)])
        baseline[muscle] = tuple(GRADES[found_grade(here, chance)] for chance in chances)
    return replace(case, baseline=baseline)


def _ranks(found: Posterior, z: Floats, tone: Floats) -> dict[str, float]:
    """Where each truth lies in its posterior."""
    read = matters(found.case, found.spread)
    ranks = {
        varied.name: found.found.below(found.found.z[:, column], z[column])
        for column, varied in enumerate(found.spread)
        if read[column]
    }
    drawn = baselines(found.case, found.found.z, len(found.spread))
    for muscle in found.case.muscles:
        column = tuple(TARGETS).index(muscle)
        ranks[f"{BASELINE}{muscle}"] = found.found.below(drawn[:, column], tone[column])
    return ranks


def _rank(found: Posterior, ahead: Case, truth: float) -> float:
    """Where the truth of the first reading to come lies among what the posterior expects."""
    expected = Bodies.of(ahead, found.cohort()).expected(ahead, found.tone())[:, 0]
    return float(np.mean(expected < truth))


def report(found: Checked) -> str:
    """How many truths lie within their 50 % and 90 % intervals: a table in Markdown."""
    people, contradicted = len(found.surprises), float(np.mean(found.surprises < CONTRADICTED))
    rows = [
        f"| {name} | {100 * found.covered(name, 0.5):.0f} % | {100 * found.covered(name, 0.9):.0f} % |"
        for name in found.ranks
    ]
    says = (
        f"{people} invented people; at least {found.effective.min():.0f} draws counted for each; "
        f"{100 * contradicted:.1f} % of them were told that their readings contradict the model."
    )
    head = ("| truth | within its 50 % interval | within its 90 % interval |", "|---|---|---|")
    return "\n".join((says, "", *head, *rows))
