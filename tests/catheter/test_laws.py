"""What holds for every path, every plan of faults and every way to cut time."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catheter.helpers import PATH_NL, Journey, path

from thecal.canonical import from_plain, to_plain
from thecal.catheter import Catheter, aspirate, changes_ms, inject, room_nl
from thecal.catheter.faults import CatheterFault, Disconnection, Kink, Leak, Migration, Occlusion, Space, TipPlace
from thecal.catheter.ways import ways_out
from thecal.flow import held_nl, held_pg
from thecal.units import HOUR_MS, MINUTE_MS

END_MS = 10 * HOUR_MS

instants = st.integers(1, END_MS)
places = st.integers(0, PATH_NL)
tips = st.sampled_from(
    [TipPlace(space=Space.INTRATHECAL, level="T4"), *(TipPlace(space=each) for each in list(Space)[1:])]
)
kinks = st.builds(
    lambda start_ms, lasts_ms, place_nl, compliance_nl: Kink(
        start_ms=start_ms, end_ms=start_ms + lasts_ms, place_nl=place_nl, compliance_nl=compliance_nl
    ),
    instants,
    st.integers(1, 3 * HOUR_MS),
    places,
    st.sampled_from([0, 1, 700, 40_000]),
)
faults: st.SearchStrategy[tuple[CatheterFault, ...]] = st.lists(
    st.one_of(
        kinks,
        kinks,
        st.builds(Leak, start_ms=instants, place_nl=places, per_mille=st.integers(1, 1_000)),
        st.builds(Occlusion, start_ms=instants, place_nl=places, compliance_nl=st.integers(0, 50_000)),
        st.builds(Disconnection, start_ms=instants, place_nl=places),
        st.builds(Migration, at_ms=instants, tip=tips),
    ),
    max_size=5,
).map(tuple)


@dataclass(frozen=True)
class Leg:
    """A stretch with one rate, and what somebody does at the access port at its end."""

    lasts_ms: int
    rate_nl_per_day: int
    aspirated_nl: int
    injected_nl: int


legs = st.lists(
    st.builds(
        Leg,
        lasts_ms=st.sampled_from([1, MINUTE_MS - 1, 37 * MINUTE_MS, 2 * HOUR_MS]),
        rate_nl_per_day=st.sampled_from([0, 48_000, 150_001, 24_000_000, -90_000, -5_000_000]),
        aspirated_nl=st.sampled_from([0, 0, 0, 1, 60_000, 400_000]),
        injected_nl=st.sampled_from([0, 0, 0, 1, 60_000, 400_000]),
    ),
    min_size=1,
    max_size=4,
)
models = st.sampled_from([0, 0, 1, 7])


def travelled(catheter: Catheter, plan: list[Leg], cuts: tuple[int, ...]) -> tuple[Journey, int]:
    """(the journey at its end, the drug that came in by syringe)."""
    journey, injected_pg = Journey(catheter=catheter), 0
    for leg in plan:
        journey.go(journey.now_ms + leg.lasts_ms, leg.rate_nl_per_day, cuts)
        journey.catheter, drawn = aspirate(journey.catheter, at_ms=journey.now_ms, volume_nl=leg.aspirated_nl)
        journey.take(drawn)
        if leg.injected_nl:
            journey.catheter, outflow = inject(
                journey.catheter,
                at_ms=journey.now_ms,
                volume_nl=leg.injected_nl,
                over_ms=1_000,
                concentration_pg_per_nl=3,
            )
            journey.count(outflow)
            injected_pg += 3 * (leg.injected_nl - outflow.held_back_nl)
    return journey, injected_pg


@settings(max_examples=150, deadline=None)
@given(faults=faults, plan=legs, cells=models)
def test_drug_in_is_drug_out_and_drug_held(faults: tuple[CatheterFault, ...], plan: list[Leg], cells: int) -> None:
    """To the picogram: what the path held, the pump and the syringe brought has left somewhere or is still there."""
    catheter = path(faults=faults, cells=cells)
    journey, injected_pg = travelled(catheter, plan, ())
    came_pg = held_pg(catheter.slugs) + journey.entered_pg + injected_pg
    assert came_pg == journey.tip_pg + journey.tissue_pg + journey.back_pg + held_pg(journey.catheter.slugs)
    assert held_nl(journey.catheter.slugs) == PATH_NL + journey.catheter.stored_nl


@settings(max_examples=200, deadline=None)
@given(faults=faults, plan=legs, cells=models, cuts=st.lists(instants, min_size=1, max_size=6).map(tuple))
def test_no_cut_of_time_can_be_seen(
    faults: tuple[CatheterFault, ...], plan: list[Leg], cells: int, cuts: tuple[int, ...]
) -> None:
    """advance(a→c) is advance(a→b→c), in the books and in the record, whatever is wrong with the path."""
    whole, _ = travelled(path(faults=faults, cells=cells), plan, ())
    cut, _ = travelled(path(faults=faults, cells=cells), plan, cuts)
    assert whole.books == cut.books
    assert whole.catheter == cut.catheter


@given(faults=faults, at_ms=instants)
def test_the_ways_out_share_all_that_moves(faults: tuple[CatheterFault, ...], at_ms: int) -> None:
    """An open path lets all of the flow out and takes anything; a blocked one lets nothing out and takes so much."""
    catheter = path(faults=faults)
    ways = ways_out(catheter, at_ms)
    assert (room_nl(catheter, at_ms) is None) == bool(ways)
    assert sum(way.per_mille for way in ways) == (1_000 if ways else 0)
    assert [way.place_nl for way in ways] == sorted(way.place_nl for way in ways)
    assert all(way.per_mille > 0 for way in ways)


@given(faults=faults, at_ms=instants)
def test_nothing_changes_between_the_changes(faults: tuple[CatheterFault, ...], at_ms: int) -> None:
    """Where no change lies between two instants, the ways out are the same at both."""
    catheter = path(faults=faults)
    before = max((each for each in changes_ms(catheter) if each <= at_ms), default=0)
    assert ways_out(catheter, before) == ways_out(catheter, at_ms)


@given(faults=faults, plan=legs, cells=models)
def test_a_path_can_be_written_down_and_read_back(
    faults: tuple[CatheterFault, ...], plan: list[Leg], cells: int
) -> None:
    """Plain data and back is the same record, faults, pressure and all."""
    journey, _ = travelled(path(faults=faults, cells=cells), plan[:1], ())
    assert from_plain(Catheter, to_plain(journey.catheter)) == journey.catheter
