"""What the syringe draws and fills, and everything that a hand can do wrong with it."""

import pytest
from tests.mechanism.helpers import ML, RATE, fill_by_syringe, fluid, go, metal_of, moved_nl, rig_of, volume_of

from thecal.flow import Batch, held_nl, held_pg
from thecal.mechanism import Filled, Metal, fill, withdraw
from thecal.mechanism.faults import Air, Deformation, Fault, Overfill, PocketFill, WrongSyringe
from thecal.units import DAY_MS


def batch(volume_nl: int, concentration_pg_per_nl: int) -> Batch:
    """One fluid."""
    return Batch(volume_nl=volume_nl, mass_pg=volume_nl * concentration_pg_per_nl)


def filled_with(
    *faults: Fault, at_ms: int = 0, volume_nl: int = 20 * ML, capacity_nl: int | None = 20 * ML
) -> tuple[Metal, Filled]:
    """An empty reservoir filled with 2000 mcg/mL."""
    metal = Metal(faults=faults, capacity_nl=capacity_nl)
    metal, went = fill(metal, at_ms=at_ms, volume_nl=volume_nl, concentration_pg_per_nl=2_000)
    assert volume_of(went) == volume_nl
    return metal, went


def test_a_fill_goes_where_it_should() -> None:
    """20 mL of 2000 mcg/mL, none beside, none refused, no air."""
    metal, went = filled_with()
    assert went == Filled(reservoir=batch(20 * ML, 2_000), pocket=None, refused_nl=0, air_nl=0)
    assert (metal.reservoir_nl, metal.reservoir_pg, metal.filled_ms) == (20 * ML, 40_000_000_000, 0)


def test_a_fill_mixes_with_what_the_syringe_could_not_draw() -> None:
    """20 mL of 2000 on 1.4 mL of 500 is 1901.9 mcg/mL; the syringe drew the rest, drug included."""
    metal = Metal(reservoir=(fluid(20 * ML, 500),), undeliverable_nl=1_400_000)
    metal, drawn = withdraw(metal)
    assert (held_nl(drawn), held_pg(drawn)) == (18_600_000, 18_600_000 * 500)
    metal, _ = fill(metal, at_ms=0, volume_nl=20 * ML, concentration_pg_per_nl=2_000)
    assert round(metal.reservoir_pg / metal.reservoir_nl, 1) == 1_901.9


def test_a_fill_has_a_volume_and_a_label() -> None:
    """No volume is no fill, and no label says less than no drug; fluid without drug is a fill."""
    for volume_nl, concentration in ((0, 500), (1, -1)):
        with pytest.raises(AssertionError):
            fill(Metal(), at_ms=0, volume_nl=volume_nl, concentration_pg_per_nl=concentration)
    _, went = fill(Metal(), at_ms=0, volume_nl=1, concentration_pg_per_nl=0)
    assert went.reservoir == batch(1, 0)


def test_a_syringe_draws_nothing_from_nothing() -> None:
    """An empty reservoir, and one that holds less than what cannot be drawn."""
    assert withdraw(Metal()) == (Metal(), ())
    poor = metal_of(volume_nl=ML, undeliverable_nl=1_400_000)
    assert withdraw(poor) == (poor, ())


def test_a_reservoir_refuses_what_it_has_no_room_for() -> None:
    """23 mL into 20: 3 stay in the syringe; into a reservoir of unknown size everything goes."""
    metal, went = filled_with(volume_nl=23 * ML)
    assert (metal.reservoir_nl, went.refused_nl, metal.is_overfilled) == (20 * ML, 3 * ML, False)
    full, again = fill(metal, at_ms=1, volume_nl=ML, concentration_pg_per_nl=500)
    assert (full.reservoir, again) == (metal.reservoir, Filled(reservoir=None, pocket=None, refused_nl=ML, air_nl=0))
    assert filled_with(volume_nl=23 * ML, capacity_nl=None)[1].refused_nl == 0


def test_a_bent_reservoir_takes_27_of_40() -> None:
    """After a dive a 40 mL pump refuses 13 mL; the day before it still took all, and the tighter bend counts."""
    bent = Deformation(at_ms=DAY_MS)
    assert filled_with(bent, at_ms=DAY_MS, volume_nl=40 * ML, capacity_nl=40 * ML)[1].refused_nl == 13 * ML
    assert filled_with(bent, at_ms=DAY_MS - 1, volume_nl=40 * ML, capacity_nl=40 * ML)[1].refused_nl == 0
    twice = (bent, Deformation(at_ms=0, capacity_nl=5 * ML))
    assert filled_with(*twice, at_ms=DAY_MS, volume_nl=40 * ML, capacity_nl=None)[1].refused_nl == 35 * ML


def test_a_pocket_fill_is_the_whole_syringe_in_the_tissue() -> None:
    """20 mL of 2000 mcg/mL: 40,000 mcg, and none in the reservoir."""
    metal, went = filled_with(PocketFill(at_ms=0))
    assert went.pocket is not None
    assert (went.pocket.mass_pg, went.reservoir, metal.reservoir) == (40_000 * 1_000_000, None, ())


def test_a_part_of_a_fill_can_miss_the_port() -> None:
    """A quarter beside: 5 mL in the tissue, 15 in the reservoir; of two such faults the larger counts."""
    quarter = PocketFill(at_ms=0, per_mille=250)
    _, went = filled_with(quarter, PocketFill(at_ms=0, per_mille=100))
    assert (went.pocket, went.reservoir) == (batch(5 * ML, 2_000), batch(15 * ML, 2_000))


def test_only_the_first_fill_at_or_after_the_onset_goes_wrong() -> None:
    """The one before and the one after it are as they should be."""
    metal = Metal(faults=(PocketFill(at_ms=100),))
    pockets = []
    for at_ms in (99, 150, 200):
        metal, went = fill(metal, at_ms=at_ms, volume_nl=ML, concentration_pg_per_nl=500)
        pockets.append(went.pocket)
    assert pockets == [None, batch(ML, 500), None]


def test_a_fill_at_the_very_onset_goes_wrong_once() -> None:
    """At its own millisecond it is due; a second fill in that millisecond is not."""
    metal = Metal(faults=(PocketFill(at_ms=100),))
    metal, first = fill(metal, at_ms=100, volume_nl=ML, concentration_pg_per_nl=500)
    _, second = fill(metal, at_ms=100, volume_nl=ML, concentration_pg_per_nl=500)
    assert (first.pocket, second.pocket) == (batch(ML, 500), None)


def test_air_takes_drug_s_place_and_is_never_delivered() -> None:
    """1 mL of 20 is air: 19 mL of drug, dry a day early at 1 mL/day; the next syringe draws the air and the rest."""
    metal, went = filled_with(Air(at_ms=0, volume_nl=ML))
    assert (went.reservoir, went.air_nl, metal.air_nl) == (batch(19 * ML, 2_000), ML, ML)
    assert metal.room_nl(0) == 0
    assert moved_nl(metal, 0, 25 * DAY_MS) == 19 * ML
    emptied, drawn = withdraw(go(rig_of(metal), 4 * DAY_MS).metal)
    assert ([slug.volume_nl for slug in drawn], held_pg(drawn)) == ([15 * ML, ML], 15 * ML * 2_000)
    assert (emptied.air_nl, emptied.reservoir) == (0, ())


def test_no_more_air_goes_in_than_the_syringe_gives() -> None:
    """Of a syringe of 1 mL into room for half of it, all that went in was air."""
    metal, went = filled_with(Air(at_ms=0, volume_nl=5 * ML), volume_nl=ML, capacity_nl=ML // 2)
    assert went == Filled(reservoir=None, pocket=None, refused_nl=ML // 2, air_nl=ML // 2)
    assert (metal.reservoir, metal.air_nl) == ((), ML // 2)


def test_a_wrong_syringe_fills_what_it_holds() -> None:
    """500 mcg/mL under a label of 2000; another drug is no baclofen at all; the plan's last word counts."""
    wrong, other = (
        WrongSyringe(at_ms=0, concentration_pg_per_nl=500),
        WrongSyringe(at_ms=0, concentration_pg_per_nl=None),
    )
    assert filled_with(wrong)[0].reservoir_pg == 20 * ML * 500
    assert filled_with(other)[0].reservoir_pg == 0
    assert filled_with(other, wrong)[0].reservoir_pg == 20 * ML * 500
    assert filled_with(wrong, PocketFill(at_ms=0))[1].pocket == batch(20 * ML, 500)


def test_an_overfill_is_forced_in_under_pressure() -> None:
    """25 mL into 20: 2 mL beyond the capacity go in, 3 stay out, and 14.5 % more flows while the pressure lasts."""
    forced = Overfill(at_ms=0, end_ms=3 * DAY_MS)
    metal, went = filled_with(forced, volume_nl=25 * ML)
    assert (metal.reservoir_nl, went.refused_nl, metal.is_overfilled) == (22 * ML, 3 * ML, True)
    days = [moved_nl(metal, day * DAY_MS, (day + 1) * DAY_MS) for day in (0, 2, 3)]
    assert days == [1_145_000, 1_145_000, RATE]


def test_an_overfill_that_was_none_raises_nothing() -> None:
    """A fill that fits is not forced; and a syringe takes the pressure away with what it draws."""
    forced = Overfill(at_ms=0, end_ms=3 * DAY_MS)
    fits, _ = filled_with(forced, volume_nl=20 * ML)
    assert (fits.is_overfilled, moved_nl(fits, 0, DAY_MS)) == (False, RATE)
    relieved, drawn = withdraw(filled_with(forced, volume_nl=25 * ML)[0])
    assert (held_nl(drawn), relieved.is_overfilled) == (22 * ML, False)
    refilled, _ = fill(relieved, at_ms=1, volume_nl=20 * ML, concentration_pg_per_nl=2_000)
    assert moved_nl(refilled, 0, DAY_MS) == RATE


def test_a_second_fill_does_not_relieve_the_pressure() -> None:
    """Only a syringe that draws does; a forced fill that is still to come adds none of its own yet."""
    plan = (
        Overfill(at_ms=0, end_ms=9 * DAY_MS, per_mille=100),
        Overfill(at_ms=DAY_MS, end_ms=9 * DAY_MS, per_mille=50),
    )
    metal, _ = filled_with(*plan, volume_nl=21 * ML)
    assert moved_nl(metal, 3 * DAY_MS, 4 * DAY_MS) == 1_100_000
    rig = fill_by_syringe(go(rig_of(metal), DAY_MS), 5 * ML)
    assert rig.metal.is_overfilled
    assert go(rig, 2 * DAY_MS).entered_nl - rig.entered_nl == 1_150_000
