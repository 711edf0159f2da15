"""What a path is, what goes through one that nothing is wrong with, and what becomes of it when the pump is changed."""

from dataclasses import replace
from typing import Any

import pytest
from tests.catheter.helpers import CATHETER_NL, PATH_NL, TUBING_NL, at_tip_nl, at_tip_pg, fluid, path, pushed

from thecal.catheter import Catheter, changes_ms, filled, joined_to, layered, parted_from, room_nl, transit
from thecal.catheter.faults import Disconnection, Kink, Leak, Migration, Occlusion, Space, TipPlace
from thecal.flow import Delivery, Segment, held_pg
from thecal.units import HOUR_MS

KINK = Kink(start_ms=0, end_ms=HOUR_MS, place_nl=200_000, compliance_nl=5_000)
BESIDE = Migration(at_ms=HOUR_MS, tip=TipPlace(space=Space.EPIDURAL))


def test_what_comes_out_first_is_what_lay_nearest_to_the_tip() -> None:
    """A path is a pipe: 0.3358 mL must pass before the new drug is at the tip (TV-D01)."""
    catheter, outflow = pushed(path(500), PATH_NL, 2_000)
    assert (at_tip_nl(outflow), at_tip_pg(outflow)) == (PATH_NL, PATH_NL * 500)
    _, outflow = pushed(catheter, 1_000, 2_000)
    assert at_tip_pg(outflow) == 1_000 * 2_000
    assert (outflow.leaked, outflow.held_back_nl) == ((), 0)


def test_each_fluid_leaves_in_its_share_of_the_time() -> None:
    """Of an hour in which a quarter old and three quarters new drug leave, the new one begins after 15 minutes."""
    _, outflow = pushed(layered(((1_000, 500), (9_000, 2_000))), 4_000, 7, over_ms=HOUR_MS)
    assert outflow.deliveries == (
        Delivery(start_ms=0, end_ms=HOUR_MS // 4, volume_nl=1_000, mass_pg=500_000),
        Delivery(start_ms=HOUR_MS // 4, end_ms=HOUR_MS, volume_nl=3_000, mass_pg=6_000_000),
    )


def test_a_fluid_too_short_for_a_millisecond_leaves_with_the_next() -> None:
    """Nothing is lost where two fluids share one millisecond."""
    _, outflow = pushed(layered(((1_000, 500), (9_000, 2_000))), 4_000, 7, over_ms=1)
    assert outflow.deliveries == (Delivery(start_ms=0, end_ms=1, volume_nl=4_000, mass_pg=6_500_000),)


def test_a_layer_of_nothing_is_no_layer() -> None:
    """A path of 0 nL of one drug and all of another is a path of the other."""
    assert layered(((0, 7), (1_000, 500))) == filled(1_000, 500)


def test_a_path_without_faults_never_changes_by_itself() -> None:
    """Nobody need stop for it, and it takes whatever comes."""
    assert (list(changes_ms(path())), room_nl(path(), 0)) == ([], None)


def test_what_is_measured_is_what_enters() -> None:
    """A flow of another volume than the fluid's is a mistake of ours."""
    with pytest.raises(AssertionError, match="the flow that was measured"):
        transit(path(), Segment(start_ms=0, end_ms=1, volume_nl=3), fluid(4, 500))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"volume_nl": PATH_NL + 1}, "exactly full"),
        ({"stored_nl": -1, "volume_nl": PATH_NL + 1}, "less than full"),
        ({"stored_nl": 1, "volume_nl": PATH_NL - 1}, "only a block stores"),
        ({"port_nl": -1}, "the port joins"),
        ({"port_nl": PATH_NL + 1}, "the port joins"),
        ({"mixing_cells": -1}, "there are cells"),
        ({"step_nl": -1}, "a whole step"),
        ({"step_nl": 1_000}, "a whole step"),
        ({"faults": (Disconnection(start_ms=0, place_nl=PATH_NL + 1),)}, "on the path"),
        ({"faults": (Disconnection(start_ms=0, place_nl=-1),)}, "on the path"),
    ],
)
def test_a_path_that_cannot_be_is_not_made(wrong: dict[str, Any], says: str) -> None:
    """Each thing that a record promises is checked when it is made."""
    with pytest.raises(AssertionError, match=says):
        replace(path(), **wrong)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: TipPlace(space=Space.INTRATHECAL), "has a level"),
        (lambda: TipPlace(space=Space.SUBDURAL, level="T10"), "has a level"),
        (lambda: Leak(start_ms=0, place_nl=0, per_mille=0), "a part, or all"),
        (lambda: Leak(start_ms=0, place_nl=0, per_mille=1_001), "a part, or all"),
        (lambda: replace(KINK, end_ms=0), "a kink lasts"),
        (lambda: replace(KINK, compliance_nl=-1), "does not shrink"),
        (lambda: Occlusion(start_ms=0, place_nl=0, compliance_nl=-1), "does not shrink"),
    ],
)
def test_a_fault_that_cannot_be_is_not_planned(make: Any, says: str) -> None:
    """A plan that says what cannot happen is refused when it is read."""
    with pytest.raises(AssertionError, match=says):
        make()


def test_without_the_pump_the_catheter_keeps_what_it_holds_and_its_own_faults() -> None:
    """Places are measured from the end that is left; what was wrong with the tubing has gone with the pump."""
    in_tubing = Leak(start_ms=0, place_nl=TUBING_NL - 1, per_mille=1)
    at_port = Disconnection(start_ms=7, place_nl=TUBING_NL)
    whole = replace(path(2_000, faults=(in_tubing, at_port, KINK, BESIDE), cells=3), step_nl=17)
    assert parted_from(whole, TUBING_NL) == Catheter(
        volume_nl=CATHETER_NL,
        slugs=parted_from(path(2_000), TUBING_NL).slugs,
        mixing_cells=3,
        faults=(replace(at_port, place_nl=0), replace(KINK, place_nl=60_000), BESIDE),
    )
    assert held_pg(parted_from(whole, TUBING_NL).slugs) == CATHETER_NL * 2_000


def test_what_lay_under_pressure_goes_when_the_pump_goes() -> None:
    """A catheter that is taken off is full and no more, though a kink had stored fluid before it."""
    catheter, _ = pushed(path(faults=(KINK,)), 3_000, 500)
    assert catheter.stored_nl == 3_000
    parted = parted_from(catheter, TUBING_NL)
    assert (parted.volume_nl, parted.stored_nl) == (CATHETER_NL, 0)


@pytest.mark.parametrize("concentration", [0, 2_000])
def test_a_catheter_joined_to_a_new_pump_is_a_whole_path_again(concentration: int) -> None:
    """Its faults lie where they lay; the tubing holds what the new pump's tubing holds."""
    parted = parted_from(path(500, faults=(KINK, BESIDE)), TUBING_NL)
    again = joined_to(parted, tubing_nl=TUBING_NL, concentration_pg_per_nl=concentration)
    assert (again.volume_nl, again.port_nl, again.faults) == (PATH_NL, TUBING_NL, (KINK, BESIDE))
    assert held_pg(again.slugs) == CATHETER_NL * 500 + TUBING_NL * concentration
    assert joined_to(parted, tubing_nl=0, concentration_pg_per_nl=concentration) == parted
