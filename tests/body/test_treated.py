"""A population on a program: what comes stretch by stretch is what comes at once."""

import numpy as np
import pytest
from tests.body.helpers import flex
from tests.body.people import people

from thecal.body import population
from thecal.body.adaptation import Adaptation, Tolerance, integrate
from thecal.body.anatomy import TARGETS
from thecal.body.reduced import reduce
from thecal.body.signs import stages
from thecal.body.treated import PATIENTS_AT_ONCE, Stretch, treat
from thecal.errors import OurFault

PATIENTS = 4
DAY, DAY_RATES = flex(1)
HOURS = np.arange(1.0, 25.0)
DAYS = 70
COHORT = people(PATIENTS)
REDUCED = reduce(COHORT, tip_level="T10", modes=12, cell_cm=2.0)


def test_stretches_follow_one_another_and_are_the_whole() -> None:
    """Seventy days come in months; put together they are the levels, what is felt and the tolerance of one long run."""
    stretches = list(treat(COHORT, REDUCED, DAY, DAY_RATES, HOURS, cycles=DAYS))
    assert [len(stretch.times_h) for stretch in stretches] == [721, 721, 241]
    csf, felt = population.repeated(REDUCED, population.rest(REDUCED), DAY, DAY_RATES, HOURS, DAYS)
    together = np.concatenate([stretch.csf_mcg_per_ml for stretch in stretches], axis=1)
    assert np.abs(together - csf).max() < 1e-12 * csf.max()
    after = np.concatenate([stretch.felt_ng_per_ml[:, 1:] for stretch in stretches], axis=1)
    assert np.abs(after - felt).max() < 1e-12 * felt.max()
    whole = np.concatenate([np.zeros((PATIENTS, 1, len(TARGETS))), felt[..., : len(TARGETS)]], axis=1)
    naive, tolerance = Adaptation.naive(PATIENTS, len(TARGETS)), Tolerance.of(COHORT)
    once = integrate(np.arange(24.0 * DAYS + 1), whole, naive, tolerance, stride=6, estimate=False)
    factors = np.concatenate([stretch.adapted.factor[:, 1:] for stretch in stretches], axis=1)
    assert np.abs(factors - once.factor[:, 1:]).max() < 1e-10


def test_each_stretch_begins_where_the_last_one_ended() -> None:
    """The first instant of a stretch is the last of the one before, and so is what is felt there."""
    first, second, _ = treat(COHORT, REDUCED, DAY, DAY_RATES, HOURS, cycles=DAYS)
    assert first.times_h[0] == 0.0
    assert not first.felt_ng_per_ml[:, 0].any()
    assert second.times_h[0] == first.times_h[-1] == 720.0
    assert second.felt_ng_per_ml[:, 0].tolist() == first.felt_ng_per_ml[:, -1].tolist()
    assert second.adapted.factor[:, 0] == pytest.approx(first.adapted.factor[:, -1])


def test_a_program_that_stops_is_a_withdrawal() -> None:
    """People used to three hundred mcg a day and given nothing reach later stages than the same people who go on."""
    settled = population.periodic(REDUCED, DAY, DAY_RATES)
    used_to = Adaptation(
        fast=np.full((PATIENTS, 4), 0.8), slow=np.full((PATIENTS, 4), 0.6), shortfall=np.zeros((PATIENTS, 4))
    )

    def worst(rates: np.ndarray) -> int:
        run = treat(COHORT, REDUCED, DAY, rates, HOURS, cycles=7, start=settled, used_to=used_to)
        return max(int(stages(stretch.adapted.shortfall).max()) for stretch in run)

    assert worst(0.0 * DAY_RATES) > worst(DAY_RATES)


def test_many_come_some_at_a_time() -> None:
    """Two more than go at once are two lots, each patient once, rates of their own kept with them."""
    number = PATIENTS_AT_ONCE + 2
    cohort = people(number)
    reduced = reduce(cohort, tip_level="T10", modes=4, cell_cm=8.0)
    own = np.linspace(0.0, 1.0, number)[:, None] * DAY_RATES
    run: list[Stretch] = list(treat(cohort, reduced, DAY, own, HOURS, cycles=2))
    assert [stretch.which for stretch in run] == [slice(0, PATIENTS_AT_ONCE), slice(PATIENTS_AT_ONCE, number)]
    assert not run[0].csf_mcg_per_ml[0].any()
    assert run[1].csf_mcg_per_ml[-1].max() > 0.0


@pytest.mark.parametrize("times", [[], [0.0, 24.0], [6.0, 6.0, 24.0], [6.0, 12.0]])
def test_instants_that_do_not_end_with_the_cycle_are_refused(times: list[float]) -> None:
    """Stretches would not join: the last is the cycle's end, and the first is not its beginning."""
    with pytest.raises(OurFault):
        next(iter(treat(COHORT, REDUCED, DAY, DAY_RATES, times, cycles=1)))


def test_another_cohort_than_was_reduced_is_refused() -> None:
    """Tolerance and levels would be different people's."""
    with pytest.raises(OurFault, match="not who was reduced"):
        next(iter(treat(people(PATIENTS + 1), REDUCED, DAY, DAY_RATES, HOURS, cycles=1)))
