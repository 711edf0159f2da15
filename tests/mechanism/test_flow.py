"""A stretch of flow: its pieces in order, what has an end when the reservoir has, and fluid that comes back."""

from dataclasses import replace

import pytest
from tests.mechanism.helpers import ML, fluid, metal_of

from thecal.flow import Segment
from thecal.mechanism import Metal, run, take_back
from thecal.mechanism.faults import FreeFlow, Stall
from thecal.units import DAY_MS, HOUR_MS


def segment(start_ms: int, end_ms: int, volume_nl: int) -> Segment:
    """What was commanded, or what flowed."""
    return Segment(start_ms=start_ms, end_ms=end_ms, volume_nl=volume_nl)


def test_what_flows_beside_the_command_flows_in_its_gaps_too() -> None:
    """24 mL/day of free flow for three hours, and one commanded hour of 500 nL in the middle: three pieces."""
    metal = metal_of(FreeFlow(start_ms=0, rate_nl_per_day=24 * ML))
    commanded = (segment(HOUR_MS, 2 * HOUR_MS, 500),)
    left, flows, back = run(metal, commanded, 0, 3 * HOUR_MS)
    assert [flowed.segment for flowed in flows] == [
        segment(0, HOUR_MS, ML),
        segment(HOUR_MS, 2 * HOUR_MS, ML + 500),
        segment(2 * HOUR_MS, 3 * HOUR_MS, ML),
    ]
    assert left.reservoir_nl == 17 * ML - 500
    assert back is None


def test_a_flow_ends_when_the_reservoir_does() -> None:
    """10 mL commanded over ten hours, 4 mL there: four hours of flow, and nothing after."""
    left, flows, _ = run(metal_of(volume_nl=4 * ML), (segment(0, 10 * HOUR_MS, 10 * ML),), 0, 10 * HOUR_MS)
    assert [flowed.segment for flowed in flows] == [segment(0, 4 * HOUR_MS, 4 * ML)]
    assert left.reservoir_nl == 0
    assert run(left, (segment(0, 1, 1),), 0, 1) == (left, (), None)


def test_a_blocked_path_takes_what_it_has_room_for() -> None:
    """2.5 uL of room, three commanded hours of 1 uL: the third ends half-way, and nothing is owed for later."""
    commanded = tuple(segment(hour * HOUR_MS, (hour + 1) * HOUR_MS, 1_000) for hour in range(3))
    left, flows, _ = run(metal_of(), commanded, 0, 3 * HOUR_MS, path_room_nl=2_500)
    assert [flowed.segment for flowed in flows] == [
        *commanded[:2],
        segment(2 * HOUR_MS, 2 * HOUR_MS + HOUR_MS // 2, 500),
    ]
    assert left == replace(metal_of(), reservoir=(metal_of().reservoir[0].split(2_500)[1],))
    assert run(left, (segment(0, 1, 1),), 0, 1, path_room_nl=0) == (left, (), None)


def test_an_empty_metal_gives_nothing() -> None:
    """A pump that was never filled."""
    assert run(Metal(), (segment(0, 1, 1),), 0, 1) == (Metal(), (), None)


def test_a_stretch_lasts() -> None:
    """No time is no stretch."""
    with pytest.raises(AssertionError, match="lasts"):
        run(metal_of(), (), 5, 5)


def test_nobody_steps_across_a_change() -> None:
    """A stall in the middle of the stretch would be missed."""
    with pytest.raises(AssertionError, match="across a change"):
        run(metal_of(Stall(start_ms=5)), (), 0, 10)


@pytest.mark.parametrize(
    "commanded",
    [(segment(0, 11, 1),), (segment(5, 10, 1), segment(0, 5, 1)), (segment(0, 6, 1), segment(5, 10, 1))],
)
def test_commands_lie_in_the_stretch_in_order(commanded: tuple[Segment, ...]) -> None:
    """Beyond its end, backwards, two at once: none of them is flow."""
    with pytest.raises(AssertionError, match="in order"):
        run(metal_of(), commanded, 0, 10)


def test_fluid_that_comes_straight_back_never_left() -> None:
    """What a blocked path gave back continues the reservoir's own batch: the record is the one from before."""
    metal = metal_of()
    left, (flowed,), _ = run(metal, (segment(0, DAY_MS, 777),), 0, DAY_MS)
    assert take_back(left, (flowed.fluid,)) == metal
    passed, held = flowed.fluid.split(700)
    assert take_back(left, (held,)).reservoir_nl == 20 * ML - passed.volume_nl


def test_other_fluid_that_comes_back_mixes() -> None:
    """1 mL without drug into 3 mL of 2000 mcg/mL is 4 mL of 1500."""
    metal = take_back(metal_of(volume_nl=3 * ML), (fluid(ML, 0),))
    assert (metal.reservoir_nl, metal.reservoir_pg) == (4 * ML, 4 * ML * 1_500)


def test_of_several_the_first_is_the_nearest_to_the_pump() -> None:
    """What comes in last lay farthest away: the reservoir's own fluid rejoins it, slice by slice, the rest mixes."""
    metal = metal_of()
    left, (flowed,), _ = run(metal, (segment(0, DAY_MS, 500),), 0, DAY_MS)
    farther, nearer = flowed.fluid.split(200)
    assert take_back(left, (nearer, farther)) == metal
    mixed = take_back(left, (nearer, farther, fluid(500, 0)))
    assert (mixed.reservoir_nl, mixed.reservoir_pg) == (20 * ML + 500, metal.reservoir_pg)


def test_nothing_that_comes_back_changes_nothing() -> None:
    """No fluid, an empty slice, and an empty slice into an empty reservoir."""
    nothing = fluid(5).split(0)[0]
    assert take_back(metal_of(), ()) == metal_of()
    assert take_back(metal_of(), (nothing,)) == metal_of()
    assert take_back(replace(metal_of(), reservoir=()), (nothing,)).reservoir == ()


def test_fluid_that_comes_back_to_an_empty_reservoir_is_all_there_is() -> None:
    """What ran back is then the whole batch."""
    assert take_back(Metal(), (fluid(10),)).reservoir == (fluid(10),)
