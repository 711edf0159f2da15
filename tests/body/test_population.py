"""Many patients through time: each comes out as they do alone, exactly, whatever path computes it."""

import numpy as np
import pytest
from tests.body.helpers import flex, with_boluses
from tests.body.people import people

from thecal.body import Body, population
from thecal.body.anatomy import TARGETS, Floats
from thecal.body.kinetics import BRAINSTEM, FELT, PLASMA, POOLS
from thecal.body.population import Amplitudes, Cycle
from thecal.body.reduced import Reduced, reduce
from thecal.errors import OurFault

PATIENTS = 5
CELL_CM = 1.0
DAY, DAY_RATES = flex(1)
HOURS = np.arange(24.0)


@pytest.fixture(scope="module")
def reduced() -> Reduced:
    """A few wide apart, with a puncture at L3: forty modes, so that what is left of an error is rounding."""
    return reduce(people(PATIENTS), tip_level="T10", puncture_level="L3", cell_cm=CELL_CM)


def near(one: Floats, other: Floats, within: float) -> bool:
    """Every difference against the largest value."""
    return bool(np.abs(one - other).max() <= within * np.abs(other).max())


def test_each_patient_is_as_they_are_alone(reduced: Reduced) -> None:
    """A flex schedule with boluses, at irregular instants: CSF, pools and what is felt are those of `Body`, to 1e-6."""
    edges, rates = with_boluses(*flex(5), [14.0, 62.5])
    times = np.sort(np.random.default_rng(4).uniform(0.5, 120.0, 40))
    csf, pools = population.course(reduced, population.rest(reduced), edges, rates, times)
    assert csf.shape == (PATIENTS, 40, len(reduced.names))
    assert pools.shape == (PATIENTS, 40, len(POOLS))
    felt = population.felt(reduced.slow_share, pools)
    assert felt.shape == (PATIENTS, 40, len(FELT))
    for patient in range(PATIENTS):
        body = Body.of("T10", parameters=people(PATIENTS).parameters_of(patient), cell_cm=CELL_CM)
        course = body.course(body.rest(), edges, rates, times)
        levels = [course.csf_at(body.grid.level_cm(level)) for level in reduced.names[:-1]]
        assert near(csf[patient], np.column_stack([*levels, course.cisternal_mcg_per_ml]), 1e-6)
        muscles = np.column_stack(list(course.effect_ng_per_ml.values()))
        assert near(felt[patient, :, : len(TARGETS)], muscles, 1e-6)
        assert near(pools[patient, :, BRAINSTEM], course.brainstem_ng_per_ml, 1e-6)
        assert near(pools[patient, :, PLASMA], course.plasma_ng_per_ml, 1e-6)


def test_a_puncture_is_as_it_is_alone(reduced: Reduced) -> None:
    """Fifty mcg by needle, from fifteen minutes on, to 1e-6."""
    times = np.linspace(0.25, 24.0, 30)
    injected = population.injected(reduced, population.rest(reduced), 50.0)
    csf, _ = population.course(reduced, injected, [0.0, 24.0], [0.0], times)
    body = Body.of("T10", parameters=people(PATIENTS).parameters_of(0), cell_cm=CELL_CM)
    course = body.course(body.injected(body.rest(), 50.0), [0.0, 24.0], [0.0], times)
    assert near(csf[0, :, -1], course.cisternal_mcg_per_ml, 1e-6)
    assert near(csf[0, :, 4], course.csf_at(body.grid.level_cm("L3")), 1e-6)
    each = population.injected(reduced, population.rest(reduced), 10.0 * np.arange(PATIENTS)[:, None])
    assert not each.modes[0].any()
    assert each.modes[2] == pytest.approx(20.0 * reduced.puncture[2])


@pytest.mark.parametrize("mass_mcg", [-1.0, float("nan"), float("inf")])
def test_what_no_needle_gives_is_our_fault(reduced: Reduced, mass_mcg: float) -> None:
    """A mass below nothing or without end, and any at all where no puncture was prepared."""
    with pytest.raises(OurFault, match="given"):
        population.injected(reduced, population.rest(reduced), mass_mcg)
    without = reduce(people(1), tip_level="T10", modes=4, cell_cm=8.0)
    with pytest.raises(OurFault, match="without a puncture"):
        population.injected(without, population.rest(without), 1.0)


def test_few_offsets_and_many_take_different_ways_to_one_answer(reduced: Reduced) -> None:
    """Instants that share offsets, and so many that do not that they become edges: the same numbers where they meet."""
    edges, rates = flex(10)
    regular = np.arange(0.0, 240.0, 6.0)
    close = edges[1:-1] + 1e-12
    irregular = np.concatenate([regular, close, np.random.default_rng(5).uniform(0.0, 240.0, 200)])
    start = population.periodic(reduced, DAY, DAY_RATES)
    few = population.course(reduced, start, edges, rates, regular)
    many = population.course(reduced, start, edges, rates, irregular)
    assert near(many[0][:, : len(regular)], few[0], 1e-11)
    assert near(many[1][:, : len(regular)], few[1], 1e-11)


def test_where_a_stretch_is_cut_does_not_matter(reduced: Reduced) -> None:
    """Advance(a→c) is advance(a→b→c), and a course ends where advance does."""
    edges, rates = with_boluses(*flex(3), [30.0])
    start = population.periodic(reduced, DAY, DAY_RATES)
    whole = population.advance(reduced, start, edges, rates)
    half = population.advance(reduced, start, edges[:6], rates[:5])
    again = population.advance(reduced, half, edges[5:], rates[5:])
    assert near(again.modes, whole.modes, 1e-12)
    assert near(again.pools, whole.pools, 1e-12)
    ended, _ = population.course(reduced, start, edges, rates, edges[-1:])
    assert near(ended[:, 0], np.einsum("pom,pm->po", reduced.outputs, whole.modes), 1e-12)


@pytest.mark.parametrize("period_days", [1, 7])
def test_a_cycles_fixed_point_is_where_a_long_run_ends(reduced: Reduced, period_days: int) -> None:
    """In closed form, and after half a year of the same day or week from nothing: the same to 1e-10, pools and all."""
    edges, rates = flex(period_days)
    rates = rates * np.repeat(np.linspace(0.5, 1.5, period_days), 4)
    fixed = population.periodic(reduced, edges, rates)
    state = population.rest(reduced)
    for _ in range(182 // period_days):
        state = population.advance(reduced, state, edges, rates)
    assert near(state.modes, fixed.modes, 1e-10)
    assert near(state.pools, fixed.pools, 1e-10)
    for patient in range(2):
        body = Body.of("T10", parameters=people(PATIENTS).parameters_of(patient), cell_cm=CELL_CM)
        assert fixed.pools[patient] == pytest.approx(body.periodic(edges, rates).effects_ng_per_ml, rel=1e-6)


def test_a_cycle_over_and_over_is_the_schedule_written_out(reduced: Reduced) -> None:
    """Twenty days as a repeated day, and as eighty stretches: the same CSF and the same felt, to 1e-12."""
    start = population.advance(reduced, population.rest(reduced), [0.0, 5.0], [40.0])
    csf, felt = population.repeated(reduced, start, DAY, DAY_RATES, HOURS, 20)
    written = population.course(reduced, start, *flex(20), np.arange(480.0))
    assert near(csf, written[0], 1e-12)
    assert near(felt, population.felt(reduced.slow_share, written[1]), 1e-12)
    only, nothing = population.repeated(reduced, start, DAY, DAY_RATES, HOURS, 20, effects=False)
    assert near(only, csf, 1e-12)
    assert nothing.shape == (PATIENTS, 480, 0)


def test_a_cycle_carries_its_state_on(reduced: Reduced) -> None:
    """After so many cycles its coordinates are the state that advance finds; without pools there is none."""
    cycle, start = Cycle.of(reduced, DAY, DAY_RATES, HOURS), population.rest(reduced)
    carried = cycle.amplitudes(cycle.begun(start, 20)[:, -1])
    expected = population.advance(reduced, start, *flex(20))
    assert near(carried.modes, expected.modes, 1e-12)
    assert near(carried.pools, expected.pools, 1e-12)
    bare = Cycle.of(reduced, DAY, DAY_RATES, HOURS, effects=False)
    with pytest.raises(OurFault):
        bare.amplitudes(bare.begun(start, 1)[:, -1])


def test_patients_may_be_given_different_rates(reduced: Reduced) -> None:
    """(patients, stretches): each as with their own rates alone, in course, cycle and fixed point."""
    factors = np.linspace(0.0, 2.0, PATIENTS)[:, None]
    own = factors * DAY_RATES
    csf, felt = population.repeated(reduced, population.rest(reduced), DAY, own, HOURS, 3)
    once, alone = population.repeated(reduced, population.rest(reduced), DAY, DAY_RATES, HOURS, 3)
    assert near(csf, factors[:, :, None] * once, 1e-12)
    assert near(felt, factors[:, :, None] * alone, 1e-12)
    fixed = population.periodic(reduced, DAY, own)
    assert near(fixed.modes, factors * population.periodic(reduced, DAY, DAY_RATES).modes, 1e-12)


def test_many_at_once_and_few_are_the_same_people() -> None:
    """Wide steps and narrow ones are added up differently: forty together are what they are by fives."""
    cohort = people(260)
    together = reduce(cohort, tip_level="T10", modes=16, cell_cm=8.0)
    edges, rates = flex(30)
    whole, pools = population.course(together, population.rest(together), edges, rates, edges)
    for which in list(population.chunks(260, 13_000))[::9]:
        own = together.some(which)
        csf, few = population.course(own, population.rest(own), edges, rates, edges)
        assert near(csf, whole[which], 1e-12)
        assert near(few, pools[which], 1e-12)


def test_chunks_leave_nobody_out() -> None:
    """Every patient once, in order, and fewer at a time where each is looked at more often."""
    slices = list(population.chunks(1000, 8760))
    assert [patient for each in slices for patient in range(1000)[each]] == list(range(1000))
    assert len(slices) > len(list(population.chunks(1000, 24))) >= 1
    assert len(list(population.chunks(3, 10**9))) == 3


def test_a_year_is_no_longer_than_its_events(reduced: Reduced) -> None:
    """Ten years in one stretch end at the fixed point of its rate: nothing overflows, no step is too long."""
    ended = population.advance(reduced, population.rest(reduced), [0.0, 87_600.0], [12.5])
    fixed = population.periodic(reduced, [0.0, 24.0], [12.5])
    assert near(ended.modes, fixed.modes, 1e-12)
    assert near(ended.pools, fixed.pools, 1e-11)


@pytest.mark.parametrize(
    ("edges", "rates", "times"),
    [
        ([0.0, 1.0], [1.0, 2.0], [0.5]),
        ([0.5], [], [0.5]),
        ([0.0, 1e-11, 1.0], [1e13, 0.0], [0.5]),
        ([0.0, 1.0], [[1.0], [2.0]], [0.5]),
        ([1.0, 0.0], [1.0], [0.5]),
        ([0.0, 1.0], [-1.0], [0.5]),
        ([0.0, float("inf")], [1.0], [0.5]),
        ([0.0, 1.0], [1.0], [1.5]),
        ([0.0, 1.0], [1.0], [float("nan")]),
    ],
)
def test_what_cannot_be_a_delivery_is_our_fault(
    reduced: Reduced, edges: list[float], rates: list[float], times: list[float]
) -> None:
    """Wrong lengths, edges that fall or hardly rise, rates below nothing, instants outside."""
    with pytest.raises(OurFault):
        population.course(reduced, population.rest(reduced), edges, rates, times)


def test_a_state_can_be_some_of_the_patients(reduced: Reduced) -> None:
    """Amplitudes are cut as reductions are."""
    state = population.periodic(reduced, DAY, DAY_RATES)
    some = state.some(slice(1, 3))
    assert isinstance(some, Amplitudes)
    alone = population.periodic(reduced.some(slice(1, 3)), DAY, DAY_RATES)
    assert some.modes == pytest.approx(alone.modes, rel=1e-12)
    assert some.pools == pytest.approx(alone.pools, rel=1e-12)


def test_stretches_of_all_lengths_are_lived_too() -> None:
    """Hundreds of stretches, no two alike, for more people than are looked at in one go: each as they are alone."""
    chance = np.random.default_rng(6)
    edges = np.concatenate([[0.0], np.cumsum(chance.uniform(0.1, 3.0, 400))])
    rates = chance.uniform(0.0, 40.0, 400)
    together = reduce(people(40), tip_level="T10", modes=16, cell_cm=8.0)
    csf, pools = population.course(together, population.rest(together), edges, rates, edges[::7])
    own = together.some(slice(39, 40))
    alone = population.course(own, population.rest(own), edges, rates, edges[::7])
    assert near(csf[39:], alone[0], 1e-11)
    assert near(pools[39:], alone[1], 1e-11)
