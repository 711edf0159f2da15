"""A priming bolus that gave drug early, and then too little.

A prime fills tubing and catheter fast. At that speed drug mixes with the water or spinal fluid before it: some comes
out early, and what follows is diluted. The programmer's tubing volume was too large besides, 0.199 mL where 0.140 mL
are. Overdose, then underdose; coma and death are named (class I, June 2013, October 2016 and March 2017;
medicaldevices.icij.org, 8870 software card).

The pump does exactly what it was asked. The catch is in what is asked: one versioned constant, a prime of the parts
that are recorded as empty and of nothing else, and somebody who watches the patient afterwards, for the front between
two fluids is never sharp.
"""

from dataclasses import replace

import pytest
from tests.hazards.happened.replay import daily_pg, drug_pg, implanted, lived, sounding
from tests.programmer.reviews import new_pump, order, reviewed, updated
from tests.pump.helpers import program
from tests.twin.helpers import committed

from thecal.care.path import Holds, Part
from thecal.care.prime import judge_prime, prime
from thecal.catheter import filled
from thecal.findings import Severity
from thecal.flow import Delivery
from thecal.programmer.prescription import program_for
from thecal.pump import machine
from thecal.pump.bolus import PrimingBolus
from thecal.pump.commands import Update
from thecal.pump.devices import CATHETER_PER_CM, TUBING, TUBING_BEFORE_2016
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.states import State
from thecal.twin.device import Device
from thecal.units import DAY_MS, HOUR_MS

CATHETER_NL = 77 * CATHETER_PER_CM.whole()
EMPTY_NL = TUBING.whole() + CATHETER_NL
TOO_LARGE_NL = TUBING_BEFORE_2016.whole() + CATHETER_NL
DAILY = 100_000_000
SLOW = SimpleContinuous(rate_nl_per_day=50_000)
"""100 mcg a day of 2000 mcg/mL."""


def primed(volume_nl: int, *, cells: int = 0) -> tuple[Device, tuple[Delivery, ...]]:
    """(a new implant after its prime, what reached the spine during it); 2000 mcg/mL behind a path of water."""
    water = replace(filled(EMPTY_NL, 0, port_nl=TUBING.whole()), mixing_cells=cells)
    device = implanted(mode=SLOW, path=water, concentration=2_000)
    bolus = PrimingBolus(volume_nl=volume_nl, rate_nl_per_day=24_000_000)
    start = program(SLOW, concentration_pg_per_nl=2_000)
    device = committed(device, Update(program=start, bolus=bolus), "t2")
    done, out = lived(device, HOUR_MS // 2)
    assert done.pump.state is State.INFUSING
    return done, out


def test_by_the_old_constant_a_day_s_dose_is_pushed_out_at_once() -> None:
    """0.059 mL too much are 118 mcg in minutes, on top of 100 mcg/day; the pump has nothing to say."""
    done, out = primed(TOO_LARGE_NL)
    running_nl = done.pump.delivered_nl - TOO_LARGE_NL
    assert drug_pg(out) == (59_000 + running_nl) * 2_000
    assert drug_pg(out) > DAILY
    assert sounding(done.pump) == set()


def test_by_the_right_one_nothing_leaves_in_plug_flow() -> None:
    """The path is full to the tip when the prime ends: what comes after it is the dose."""
    done, out = primed(EMPTY_NL)
    running_nl = done.pump.delivered_nl - EMPTY_NL
    assert drug_pg(out) == running_nl * 2_000
    _, week = lived(done, 3 * DAY_MS)
    assert daily_pg(week, done.now_ms, 3) == pytest.approx([DAILY] * 3, rel=1e-3)


def test_where_fluids_mix_even_the_right_prime_is_early_and_then_short() -> None:
    """Drug at the tip before the prime has ended, and days below the dose: what came early is missing after."""
    done, out = primed(EMPTY_NL, cells=20)
    plug, early = drug_pg(primed(EMPTY_NL)[1]), drug_pg(out)
    assert early > plug + DAILY // 10
    _, week = lived(done, 3 * DAY_MS)
    first, second, third = daily_pg(week, done.now_ms, 3)
    assert first < second < third < DAILY
    missing = 3 * DAILY - first - second - third
    assert 0 < (early - plug) - missing < DAILY // 10


def test_only_parts_that_are_recorded_as_empty_are_primed() -> None:
    """0.3094 mL for the whole path; behind a pump that was primed on the table, the catheter alone."""
    for holds, volume_nl in ((Holds.NO_DRUG, EMPTY_NL), (Holds.DRUG, CATHETER_NL)):
        parts = (
            Part(name="tubing", volume_nl=TUBING.whole(), holds=holds),
            Part(name="catheter", volume_nl=CATHETER_NL, holds=Holds.NO_DRUG),
        )
        planned = prime(parts=parts, concentration_pg_per_nl=2_000)
        assert planned is not None
        assert planned.volume_nl == volume_nl


def test_a_second_prime_takes_two_people_and_hears_what_it_would_push_out() -> None:
    """A full path holds 618.8 mcg of 2000 mcg/mL: six days' dose."""
    full = (Part(name="path", volume_nl=EMPTY_NL, holds=Holds.DRUG),)
    (found,) = judge_prime(parts=full, asked=True, concentration_pg_per_nl=2_000)
    assert (found.rule, found.severity) == ("prime.not_empty", Severity.TWO_PEOPLE)
    assert "618.8" in found.says


def test_the_tubing_constant_travels_with_the_program() -> None:
    """A program written by the old constant keeps it, and the next review says that the path measures otherwise."""
    old = program_for(order(), tubing_nl=TUBING_BEFORE_2016.whole(), catheter_nl=195_800)
    pump = updated(new_pump(), Update(program=old, reservoir_nl=20_000_000))
    later, _ = machine.advance(pump, pump.now_ms + 20 * DAY_MS)
    assert machine.interrogate(later).program == old
    said = {finding.rule: finding.says for finding in reviewed(later, order()).findings}
    assert "0.3948" in said["path.volume_changed"]
    assert "0.3358" in said["path.volume_changed"]
