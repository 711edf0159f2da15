"""A sensor that measured the reservoir wrongly.

One pump measured how full it was, and from that its refill date and its alarm at 3 mL. The sensor could be wrong: the
alarm came early or too late, and patients ran out of drug (class I, June 2013; medicaldesignandoutsourcing.com, faulty
sensor forces infusion pump recall).

No pump here measures. Each counts down from the volume that somebody typed at the fill, so a wrong entry is the same
hazard by another way: the date is as wrong as the entry. Two things do not believe it: what is found again after the
fill, and the residual at the next one.
"""

import pytest
from tests.hazards.happened.replay import ML, RATE, discrepancy, drug_pg, implanted, lived, rules, sounding
from tests.pump.helpers import program
from tests.twin.helpers import committed

from thecal.care.residual import judge_post_fill, judge_residual
from thecal.pump import machine
from thecal.pump.alarms import Alarm
from thecal.pump.commands import Update
from thecal.pump.devices import REFERENCE_20
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS


def filled(put_in_nl: int, typed_nl: int) -> Device:
    """An implant that was filled with one volume and told another."""
    device, _ = hands.refill(implanted(), volume_nl=put_in_nl, concentration_pg_per_nl=500)
    return committed(device, Update(program=program(), reservoir_nl=typed_nl), "t2")


def test_told_too_much_it_is_empty_before_its_alarm() -> None:
    """15 mL are in, 20 were typed: nothing flows from day 25, the alarm of day 30 comes too late."""
    device, _ = lived(filled(15 * ML, 20 * ML), 25 * DAY_MS)
    later, out = lived(device, 4 * DAY_MS)
    assert (drug_pg(out), sounding(later.pump)) == (0, set())
    assert sounding(lived(later, DAY_MS)[0].pump) == {Alarm.LOW_RESERVOIR}


def test_told_too_little_it_sounds_a_week_too_early_and_goes_on() -> None:
    """20 mL are in, 15 were typed: low, then empty by its sum, while drug flows as programmed."""
    device, out = lived(filled(20 * ML, 15 * ML), 28 * DAY_MS)
    assert sounding(device.pump) == {Alarm.LOW_RESERVOIR, Alarm.EMPTY_RESERVOIR}
    assert drug_pg(out) == 28 * RATE * 500


@pytest.mark.parametrize(("put_in", "typed"), [(15, 20), (20, 15)])
def test_what_is_found_again_does_not_believe_the_entry(put_in: int, typed: int) -> None:
    """Drawn back after the fill, the syringe holds what is there; five millilitres apart is a red flag."""
    device = filled(put_in * ML, typed * ML)
    _, found_nl = hands.withdraw(device)
    found = judge_post_fill(put_in_nl=typed * ML, found_nl=found_nl, capacity_nl=REFERENCE_20.capacity_nl)
    assert rules(found) == {"post_fill.discrepancy"}


@pytest.mark.parametrize(("put_in", "typed", "rule"), [(15, 20, "less_left"), (20, 15, "more_left")])
def test_the_next_residual_shows_it_either_way(put_in: int, typed: int, rule: str) -> None:
    """After three weeks, before either alarm: the same five millilitres."""
    device, _ = lived(filled(put_in * ML, typed * ML), 21 * DAY_MS)
    now = discrepancy(device, filled_nl=typed * ML)
    found = judge_residual(now=now, earlier=None, increases=False, restarts=False, explained=False)
    assert rules(found) == {f"residual.{rule}"}


def test_the_date_says_what_it_rests_on() -> None:
    """The read-out's dates are a sum from the entry: 5 mL more typed are eight days and eight hours more."""
    dates = [machine.interrogate(filled(15 * ML, typed * ML).pump).empty_ms for typed in (20, 15)]
    assert dates[0] is not None
    assert dates[1] is not None
    assert dates[0] - dates[1] == 5 * ML * DAY_MS // RATE
