"""One person's posterior: what the readings taught, and whether the model could have made them.

    found = calibrate(case, key="1")
    found.learned()             each parameter before and after
    found.ahead(given, times)   what a dose would do in people in general, and in this one
    found.cohort()              virtual patients who are all this one, for an `Ensemble`

Method: virtual patients are the prior; each weighs the likelihood of the readings; `sampling` draws again where too few
count. The answer is only as good as the model, so it asks first whether the readings surprise it (Box 1980): the share
of virtual patients' own readings, made up under the same errors, that are at most as likely under the prior.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thecal.body.anatomy import TARGETS, Floats
from thecal.body.calibration.likelihood import Odds, imagined
from thecal.body.calibration.observed import Case, Given, Reading
from thecal.body.calibration.predict import BASELINE, Bodies, baselines, begin, dimensions, matters
from thecal.body.calibration.sampling import FARTHEST, FIRST, NOTHING, Weighted, posterior, standard
from thecal.body.cohort import Cohort
from thecal.body.ensemble import Ensemble, Forecast
from thecal.body.parameters import TWO_POOL, Parameters
from thecal.body.parameters.spread_2026 import SPREAD, Varied
from thecal.body.variability import people, varied_in

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
SURPRISES = 200
CONTRADICTED = 0.01
FEWEST = 100
ALIKE = 200
"""How many equally weighted draws stand for this person in forecasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One parameter as a factor on the default, `prior` and `posterior`: (5 %, median, 95 %) before and after.

    Tone without drug is in grades. `share` is how much of the spread went: 1 − SD after / SD before, of its logarithm.
    """

    name: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """One reading, and what is `expected` there in its unit (5 %, median, 95 %), before the reading's own error."""

    reading: Reading
    expected: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posterior:
    """What is known of one person after the readings of a case.

    `expected` (draws, readings) is what each draw of `found` leads one to expect. `surprise` is the share of virtual
    patients whose own readings would be as unlikely; the model is `contradicted` where that is under one in a hundred.
    """

    case: Case
    key: str
    parameters: Parameters
    spread: tuple[Varied, ...]
    found: Weighted
    expected: Floats
    surprise: float

    @property
    def contradicted(self) -> bool:
        """Whether the readings are none that the model makes."""
        return self.surprise < CONTRADICTED

    @property
    def thin(self) -> bool:
        """Whether too few draws count: the readings say more, together, than the draws can follow."""
        return self.found.effective < FEWEST

    @property
    def usable(self) -> bool:
        """Whether a forecast of this person means anything."""
        return not self.contradicted and not self.thin

    def learned(self) -> tuple[Learned, ...]:
        """Every varied parameter, and tone without drug by muscle, as far as the readings depend on them."""
        read = matters(self.case, self.spread)
        return tuple(
            self._parameter(column, varied) for column, varied in enumerate(self.spread) if read[column]
        ) + tuple(self._tone(muscle) for muscle in self.case.muscles)

    def fitted(self) -> tuple[Fitted, ...]:
        """Every reading beside what is expected of this person."""
        return tuple(
            Fitted(reading=reading, expected=self._interval(self.expected[:, column]))
            for column, reading in enumerate(self.case.readings())
        )

    def cohort(self, n: int = ALIKE) -> Cohort:
        """`n` virtual patients who are all this one."""
        return people(self.found.resampled(n, self.key)[:, : len(self.spread)], self.parameters, self.spread)

    def tone(self, n: int = ALIKE) -> Floats:
        """Tone without drug (n, targets), in grades, of the same people; 0 for a muscle that nobody examined."""
        return baselines(self.case, self.found.resampled(n, self.key), len(self.spread))

    def ahead(self, given: Given, times_h: ArrayLike, *, chronic: bool) -> tuple[Forecast, Forecast]:
        """What a dose would do at `times_h`: (in people in general, in this one), both with this one's tone before it.

        Tolerance is held: as on chronic therapy, or as before any baclofen.
        """
        held = "tolerance_chronic" if chronic else "tolerance_naive"
        return self._ahead(self.before(), given, times_h, held), self._ahead(self.cohort(), given, times_h, held)

    def before(self, n: int = ALIKE) -> Cohort:
        """As many people of whom nothing was read: the prior, for comparison."""
        names = [varied.name for varied in self.spread]
        return people(standard(n, names, f"{self.key} 0"), self.parameters, self.spread)

    def _ahead(self, cohort: Cohort, given: Given, times_h: ArrayLike, held: str) -> Forecast:
        times = np.asarray(times_h, dtype=np.float64)
        level = given.puncture_level if given.puncture_mcg else None
        ensemble = Ensemble.of(cohort, self.case.tip_level, stature=self.case.stature, puncture_level=level)
        edges, rates = given.infusion(float(times.max()))
        return ensemble.forecast(
            edges,
            rates,
            times,
            start=begin(ensemble, given),
            baseline_mas=self.tone(len(cohort)),
            tolerance=cohort.of(held),
        )

    def _parameter(self, column: int, varied: Varied) -> Learned:
        log_sd = varied.log_sd.value
        z = self.found.z[:, column]
        after = self._interval(z)
        mean = self.found.weights @ z
        sd = float(np.sqrt(self.found.weights @ (z - mean) ** 2))
        return Learned(
            name=varied.name,
            prior=_factors((-1.6448536, 0.0, 1.6448536), log_sd),
            posterior=_factors(after, log_sd),
            share=max(0.0, 1.0 - sd),
        )

    def _tone(self, muscle: str) -> Learned:
        tone = baselines(self.case, self.found.z, len(self.spread))[:, tuple(TARGETS).index(muscle)]
        flat = np.linspace(0.0, 4.0, 401)
        mean = self.found.weights @ tone
        sd = float(np.sqrt(self.found.weights @ (tone - mean) ** 2))
        return Learned(
            name=f"{BASELINE}{muscle}",
            prior=(0.2, 2.0, 3.8),
            posterior=self._interval(tone),
            share=max(0.0, 1.0 - sd / float(flat.std())),
        )

    def _interval(self, values: Floats) -> tuple[float, float, float]:
        low, middle, high = self.found.quantile(values, (LOW, MIDDLE, HIGH)).tolist()
        return low, middle, high


def prior(case: Case, key: str, parameters: Parameters = TWO_POOL, spread: Sequence[Varied] = SPREAD) -> Bodies:
    """The virtual patients that calibration begins with, worked out once for everybody who was given the same."""
    varied = varied_in(case.stature, spread)
    z = np.clip(standard(FIRST, [each.name for each in varied], f"{key} 0"), -FARTHEST, FARTHEST)
    return Bodies.of(case, people(z, parameters, varied))


def calibrate(
    case: Case,
    key: str,
    parameters: Parameters = TWO_POOL,
    spread: Sequence[Varied] = SPREAD,
    *,
    known: Bodies | None = None,
) -> Posterior:
    """The posterior of one person. The same case and key give the same answer.

    `known` is `prior` of the same doses, times and key, where somebody has it already.
    """
    varied = varied_in(case.stature, spread)
    readings, seen = case.readings(), list[Floats]()

    def likelihood(z: Floats) -> Floats:
        first = known if not seen else None
        bodies = first or Bodies.of(case, people(z[:, : len(varied)], parameters, varied))
        seen.append(bodies.expected(case, baselines(case, z, len(varied))))
        return np.where(bodies.carried, Odds.of(seen[-1]).log_likelihood(readings), NOTHING)

    found = posterior(likelihood, dimensions(case, varied), matters(case, varied), key)
    return Posterior(
        case=case,
        key=key,
        parameters=parameters,
        spread=varied,
        found=found,
        expected=np.concatenate(seen),
        surprise=surprise(case, seen[0], key),
    )


def surprise(case: Case, expected: Floats, key: str) -> float:
    """The share of people from the prior whose own readings are at most as likely as these.

    `expected` (draws, readings) is what each of them should show. Small means that no kind of person the model knows
    shows such readings.
    """
    odds = Odds.of(expected)
    others = np.empty(SURPRISES)
    for patient in range(SURPRISES):
        theirs = odds.log_likelihood(imagined(case.readings(), expected[patient], f"{key} {patient}"))
        theirs[patient] = -np.inf
        others[patient] = np.logaddexp.reduce(theirs)
    own = np.logaddexp.reduce(odds.log_likelihood(case.readings()))
    return float((1 + np.sum(others <= own)) / (1 + SURPRISES))


def _factors(scores: tuple[float, float, float], log_sd: float) -> tuple[float, float, float]:
    low, middle, high = np.exp(log_sd * np.array(scores)).tolist()
    return low, middle, high
