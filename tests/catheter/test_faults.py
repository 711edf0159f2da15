"""Each way a catheter fails, with the numbers that its own words say."""

from dataclasses import replace

import pytest
from tests.catheter.helpers import (
    CATHETER_NL,
    PATH_NL,
    TUBING_NL,
    Journey,
    at_tip_nl,
    at_tip_pg,
    leaked_nl,
    leaked_pg,
    path,
    pushed,
)

from thecal.catheter import backflow, changes_ms, release, room_nl, tip_at
from thecal.catheter.faults import Disconnection, Kink, Leak, Migration, Occlusion, Space, TipPlace
from thecal.flow import Batch, Segment, held_nl, held_pg
from thecal.units import HOUR_MS, MINUTE_MS

RATE_NL_PER_DAY = 150_000
"""300 mcg/day of 2000 mcg/mL: 6250 nL an hour."""
LEAK = Leak(start_ms=0, place_nl=TUBING_NL, per_mille=300)
KINK = Kink(start_ms=HOUR_MS, end_ms=2 * HOUR_MS, place_nl=TUBING_NL, compliance_nl=2_000)
FIVE_HUNDRED = Batch(volume_nl=10**9, mass_pg=500 * 10**9)


def test_a_leak_takes_its_share_of_what_passes() -> None:
    """30 % of 1 mL of 500 mcg/mL is 150 mcg into the tissue; 350 mcg reach the tip. Each is one even delivery."""
    _, outflow = pushed(path(faults=(LEAK,)), 1_000_000, 500)
    assert (leaked_nl(outflow), leaked_pg(outflow)) == (300_000, 150_000_000)
    assert (at_tip_nl(outflow), at_tip_pg(outflow)) == (700_000, 350_000_000)
    assert len(outflow.deliveries) == len(outflow.leaked) == 2, "the fluid that lay there, and the one that came"


def test_new_drug_is_late_behind_a_leak() -> None:
    """0.14 mL to the leak; beyond it 0.1958 mL at seven tenths of the flow: 293,800 nL leave the tip before it."""
    _, outflow = pushed(path(500, faults=(LEAK,)), 420_000, 2_000)
    before_nl = 140_000 * 7 // 10 + CATHETER_NL
    assert at_tip_nl(outflow) == 294_000
    assert at_tip_pg(outflow) == before_nl * 500 + (294_000 - before_nl) * 2_000


def test_a_leak_begins_when_it_begins() -> None:
    """Before its onset nothing is lost, from its onset on its share is."""
    journey = Journey(catheter=path(faults=(replace(LEAK, start_ms=HOUR_MS),)), source=FIVE_HUNDRED)
    journey.go(HOUR_MS, RATE_NL_PER_DAY)
    assert (journey.tip_nl, journey.tissue_nl) == (6_250, 0)
    journey.go(5 * HOUR_MS, RATE_NL_PER_DAY)
    assert (journey.tip_nl, journey.tissue_nl) == (6_250 + 17_500, 7_500)


def test_leaks_in_a_row_share_what_the_first_leaves() -> None:
    """30 % at the first; half of the 70 % that are left at the second; the rest at the tip."""
    second = Leak(start_ms=0, place_nl=200_000, per_mille=500)
    _, outflow = pushed(path(faults=(second, LEAK)), 10_000, 500, over_ms=HOUR_MS)
    assert (leaked_nl(outflow), at_tip_nl(outflow)) == (3_000 + 3_500, 3_500)
    assert sorted(each.volume_nl for each in outflow.leaked) == [3_000, 3_500]


def test_leaks_are_told_in_order_of_time() -> None:
    """Two leaks, at each of which a new drug arrives in its own time: what they leak is one list by the clock."""
    second = Leak(start_ms=0, place_nl=200_000, per_mille=500)
    _, outflow = pushed(path(500, faults=(LEAK, second)), 300_000, 2_000, over_ms=HOUR_MS)
    starts = [each.start_ms for each in outflow.leaked]
    assert len(set(starts)) == 3, "both from the beginning, then new drug at one and at the other"
    assert starts == sorted(starts)


def test_a_leak_never_vanishes() -> None:
    """One per mille of the one per mille that another leaves is still the least that there is."""
    huge, small = replace(LEAK, per_mille=999), Leak(start_ms=0, place_nl=200_000, per_mille=1)
    _, outflow = pushed(path(faults=(huge, small)), 1_000_000, 500)
    assert (leaked_nl(outflow), at_tip_nl(outflow)) == (1_000_000, 0)


@pytest.mark.parametrize(("per_mille", "at_tip"), [(1, 999_000), (999, 1_000), (1_000, 0)])
def test_the_smallest_and_the_largest_leak(per_mille: int, at_tip: int) -> None:
    """One per mille of 1 mL is 1000 nL; a leak of all is a disconnection."""
    _, outflow = pushed(path(faults=(replace(LEAK, per_mille=per_mille),)), 1_000_000, 500)
    assert (at_tip_nl(outflow), leaked_nl(outflow)) == (at_tip, 1_000_000 - at_tip)


def test_beyond_a_disconnection_nothing_moves() -> None:
    """All drug goes into the tissue, and what the catheter held lies where it lay (a retainer ring that let go)."""
    catheter, outflow = pushed(path(500, faults=(Disconnection(start_ms=0, place_nl=TUBING_NL),)), 1_000_000, 2_000)
    assert outflow.deliveries == ()
    assert leaked_pg(outflow) == TUBING_NL * 500 + 860_000 * 2_000
    assert held_pg(catheter.slugs) == CATHETER_NL * 500 + TUBING_NL * 2_000


def test_a_leak_beyond_a_disconnection_sees_nothing() -> None:
    """And a leak at its very place takes its share of the same flow: all of it is in the tissue."""
    gone = Disconnection(start_ms=0, place_nl=TUBING_NL)
    for leak in (LEAK, replace(LEAK, place_nl=200_000)):
        catheter, outflow = pushed(path(faults=(leak, gone)), 10_000, 500)
        assert (leaked_nl(outflow), at_tip_nl(outflow)) == (10_000, 0)
        assert catheter.slugs[0].volume_nl == CATHETER_NL


def test_a_kink_stores_what_it_can_and_holds_the_rest_back() -> None:
    """In an hour the pump pushes 6250 nL: 2000 are stored, 4250 find no room, nothing leaves."""
    journey = Journey(catheter=path(faults=(KINK,)), source=FIVE_HUNDRED)
    journey.go(HOUR_MS, RATE_NL_PER_DAY)
    assert (journey.tip_nl, room_nl(journey.catheter, HOUR_MS)) == (6_250, 2_000)
    journey.go(2 * HOUR_MS, RATE_NL_PER_DAY)
    assert (journey.tip_nl, journey.entered_nl, journey.catheter.stored_nl) == (6_250, 6_250 + 2_000, 2_000)
    assert room_nl(journey.catheter, 2 * HOUR_MS - 1) == 0


def test_a_kink_that_opens_lets_what_it_stored_go_as_a_bolus() -> None:
    """2000 nL of 500 mcg/mL are 1 mcg, within a minute, half of it in half a minute; then no more."""
    journey = Journey(catheter=path(faults=(KINK,)), source=FIVE_HUNDRED)
    journey.go(2 * HOUR_MS, RATE_NL_PER_DAY)
    before_pg = journey.tip_pg
    journey.go(2 * HOUR_MS + MINUTE_MS // 2, 0)
    assert journey.tip_pg - before_pg == 500_000
    journey.go(2 * HOUR_MS + MINUTE_MS, 0)
    assert journey.tip_pg - before_pg == 1_000_000
    journey.go(3 * HOUR_MS, 0)
    assert (journey.tip_pg - before_pg, journey.catheter.stored_nl) == (1_000_000, 0)


def test_the_pump_pushes_on_through_a_release() -> None:
    """What was stored and what the pump gives in that minute both leave."""
    journey = Journey(catheter=path(faults=(KINK,)), source=FIVE_HUNDRED)
    journey.go(2 * HOUR_MS, RATE_NL_PER_DAY)
    journey.go(2 * HOUR_MS + MINUTE_MS, 1_440_000)
    assert journey.tip_nl == 6_250 + 2_000 + 1_000


def test_a_kink_that_returns_keeps_what_had_not_gone_yet() -> None:
    """Half a minute of release lets 1000 of 2000 nL go; the next opening lets the other 1000 go, again in a minute."""
    returns = Kink(start_ms=2 * HOUR_MS + MINUTE_MS // 2, end_ms=3 * HOUR_MS, place_nl=PATH_NL, compliance_nl=0)
    journey = Journey(catheter=path(faults=(KINK, returns)), source=FIVE_HUNDRED)
    journey.go(2 * HOUR_MS, RATE_NL_PER_DAY)
    journey.go(3 * HOUR_MS, 0)
    assert journey.catheter.stored_nl == 1_000
    assert room_nl(journey.catheter, 3 * HOUR_MS - 1) == 0
    journey.go(3 * HOUR_MS + MINUTE_MS // 4, 0)
    assert journey.catheter.stored_nl == 750
    journey.go(3 * HOUR_MS + MINUTE_MS, 0)
    assert (journey.catheter.stored_nl, journey.tip_nl) == (0, 6_250 + 2_000)


def test_a_kink_at_the_same_time_as_another_opens_with_the_last() -> None:
    """Fluid leaves when nothing shuts the path any more; the nearest to the pump says how much is stored."""
    longer = replace(KINK, end_ms=4 * HOUR_MS, place_nl=PATH_NL, compliance_nl=9_000)
    catheter = path(faults=(longer, KINK))
    assert room_nl(catheter, HOUR_MS) == 2_000
    assert room_nl(catheter, 2 * HOUR_MS) == 9_000
    assert room_nl(catheter, 4 * HOUR_MS) is None


def test_an_occlusion_is_for_good() -> None:
    """After its compliance nothing more goes in, and nothing comes out, a year on."""
    occluded = path(faults=(Occlusion(start_ms=0, place_nl=TUBING_NL, compliance_nl=2_000),))
    journey = Journey(catheter=occluded)
    journey.go(365 * 24 * HOUR_MS, RATE_NL_PER_DAY)
    assert (journey.entered_nl, journey.tip_nl, journey.tissue_nl) == (2_000, 0, 0)
    assert list(changes_ms(occluded)) == [0]


def test_a_leak_before_a_block_takes_everything() -> None:
    """What cannot pass the block goes into the tissue, and nothing is stored."""
    catheter, outflow = pushed(
        path(faults=(LEAK, Occlusion(start_ms=0, place_nl=PATH_NL, compliance_nl=2_000))), 10_000, 500
    )
    assert (leaked_nl(outflow), at_tip_nl(outflow), catheter.stored_nl) == (10_000, 0, 0)


def test_a_leak_that_begins_before_a_block_lets_the_stored_fluid_go() -> None:
    """2000 nL of 500 mcg/mL under pressure leave through it within a minute: 1 mcg into the tissue."""
    late = replace(LEAK, start_ms=HOUR_MS)
    journey = Journey(
        catheter=path(faults=(Occlusion(start_ms=0, place_nl=PATH_NL, compliance_nl=2_000), late)), source=FIVE_HUNDRED
    )
    journey.go(HOUR_MS, RATE_NL_PER_DAY)
    journey.go(HOUR_MS + MINUTE_MS, 0)
    assert (journey.tissue_nl, journey.tissue_pg, journey.catheter.stored_nl) == (2_000, 1_000_000, 0)
    assert HOUR_MS + MINUTE_MS in changes_ms(journey.catheter), "so that the minute is not spread over a longer stretch"


def test_a_hole_at_the_very_place_of_a_block_lies_before_it() -> None:
    """A connector that is shut and has come off at once leaks everything."""
    place = {"start_ms": 0, "place_nl": TUBING_NL}
    _, outflow = pushed(path(faults=(Occlusion(**place, compliance_nl=2_000), Disconnection(**place))), 10_000, 500)
    assert leaked_nl(outflow) == 10_000


def test_two_leaks_before_a_block_share_the_flow() -> None:
    """The first has its share, the last all that is left."""
    second = Leak(start_ms=0, place_nl=200_000, per_mille=1)
    shut = Occlusion(start_ms=0, place_nl=PATH_NL, compliance_nl=0)
    _, outflow = pushed(path(faults=(LEAK, second, shut)), 10_000, 500)
    assert sorted(each.volume_nl for each in outflow.leaked) == [3_000, 7_000]


def test_nothing_is_let_go_from_a_path_that_stored_nothing() -> None:
    """A healthy path, and a blocked one, are left as they are."""
    for catheter in (path(), path(faults=(KINK,))):
        after, outflow = release(catheter, 90 * MINUTE_MS, 91 * MINUTE_MS)
        assert (after, outflow.deliveries, outflow.leaked) == (catheter, (), ())


def test_the_tip_is_where_its_last_move_took_it() -> None:
    """Before the first move it lies where it was put."""
    first = Migration(at_ms=HOUR_MS, tip=TipPlace(space=Space.SUBDURAL))
    second = Migration(at_ms=2 * HOUR_MS, tip=TipPlace(space=Space.INTRATHECAL, level="L2"))
    catheter = path(faults=(second, first))
    assert tip_at(catheter, HOUR_MS - 1) is None
    assert tip_at(catheter, HOUR_MS) == first.tip
    assert tip_at(catheter, 2 * HOUR_MS) == second.tip


def test_what_runs_back_is_followed_by_fluid_without_drug() -> None:
    """0.01 mL of 500 mcg/mL, 5 mcg, runs into the pump; the next 0.01 mL that leaves the tip holds nothing."""
    catheter, back = backflow(path(500), Segment(start_ms=0, end_ms=HOUR_MS, volume_nl=10_000))
    assert (held_nl(back), held_pg(back)) == (10_000, 5_000_000)
    catheter, outflow = pushed(catheter, 10_000, 500)
    assert (at_tip_nl(outflow), at_tip_pg(outflow)) == (10_000, 0)
    _, outflow = pushed(catheter, 1_000, 500)
    assert at_tip_pg(outflow) == 500_000


def test_what_entered_at_the_tip_in_two_parts_is_one_fluid() -> None:
    """Years of a small reverse leak are one slug."""
    catheter = path(500)
    for _ in range(5):
        catheter, _ = backflow(catheter, Segment(start_ms=0, end_ms=HOUR_MS, volume_nl=10_000))
    assert [(slug.volume_nl, slug.mass_pg) for slug in catheter.slugs] == [
        (50_000, 0),
        (PATH_NL - 50_000, (PATH_NL - 50_000) * 500),
    ]


def test_behind_a_block_only_what_was_stored_runs_back() -> None:
    """2000 nL were stored: 500 are asked for and come; of 5000 more 1500 come, and the path is full and no more."""
    catheter, _ = pushed(path(faults=(KINK,)), 6_250, 500, at_ms=HOUR_MS)
    for asked_nl, comes_nl, stays_nl in ((500, 500, 1_500), (5_000, 1_500, 0)):
        catheter, back = backflow(catheter, Segment(start_ms=90 * MINUTE_MS, end_ms=2 * HOUR_MS, volume_nl=asked_nl))
        assert (held_nl(back), catheter.stored_nl) == (comes_nl, stays_nl)


def test_nothing_runs_back_while_stored_fluid_is_let_go() -> None:
    """Pressure pushes the other way until it is gone."""
    journey = Journey(catheter=path(faults=(KINK,)))
    journey.go(2 * HOUR_MS, RATE_NL_PER_DAY)
    journey.go(3 * HOUR_MS + MINUTE_MS, -RATE_NL_PER_DAY)
    assert journey.back_nl == 6_250, "an hour's worth, of an hour and a minute"


@pytest.mark.parametrize("space", [Space.EPIDURAL, Space.OUTSIDE])
def test_nothing_runs_back_where_tissue_closes_over_the_tip(space: Space) -> None:
    """Nothing could follow."""
    beside = path(faults=(Migration(at_ms=0, tip=TipPlace(space=space)),))
    assert backflow(beside, Segment(start_ms=0, end_ms=HOUR_MS, volume_nl=10_000)) == (beside, ())
