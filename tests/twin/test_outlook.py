"""What is predicted of a person: a line in its band, still where nothing changes, and signs in their order."""

from dataclasses import replace

import numpy as np
import pytest
from tests.pump.helpers import NEW_YEAR_MS
from tests.twin.helpers import implanted, with_stalls

from thecal.body import TARGETS, Body, BodyState
from thecal.mechanism import Stall
from thecal.pump import machine
from thecal.twin.device import Device
from thecal.twin.forecast import cycle, settled
from thecal.twin.lived import Exposure
from thecal.twin.outlook import Outlook, Who, outlook
from thecal.twin.simulation import simulate
from thecal.units import DAY_MS, HOUR_MS

WHO = Who(baseline_mas=3.0, baseline_penn=3.0, tolerance="dynamic")
BODY = Body.of("T10")
LEVELS = ("C2", "T10")
LOST = Stall(start_ms=NEW_YEAR_MS + 2 * DAY_MS)


def predicted(device: Device, who: Who = WHO, *, used_to_it: bool = True, days: int = 6) -> Outlook:
    """The outlook of an implant with 300 mcg a day, that the body is settled on and used to."""
    read = machine.interrogate(device.pump)
    assert read.program is not None

    def start(body: Body) -> BodyState:
        return settled(replace(read, revision=2), body) if used_to_it else body.rest()

    edges_h, rates = cycle(read, read.program, read.at_ms, read.at_ms + DAY_MS)
    habit = Exposure(edges_h=np.array(edges_h), rates_mcg_per_h=np.array(rates), times_h=np.linspace(0.0, 24.0, 25))
    run = simulate(device, BODY, start(BODY), until_ms=NEW_YEAR_MS + days * DAY_MS, every_ms=6 * HOUR_MS)
    return outlook(run, BODY, who, start, habit=habit if used_to_it else None, levels=LEVELS)


@pytest.fixture(scope="module")
def lost() -> Outlook:
    """The drug stops for good after two days, in somebody who is used to it."""
    return predicted(with_stalls(implanted(), LOST), days=9)


def test_somebody_settled_and_used_to_the_program_does_not_change() -> None:
    """Tone, spasms, reflex and tolerance stand still, and nothing of withdrawal is predicted."""
    seen = predicted(implanted(), days=3)
    for course in (seen.muscles["soleus"].mas, seen.reflex, seen.levels["T10"], seen.drowsiness):
        assert np.ptp(course.line) < 1e-6
        assert np.ptp(course.high) < 1e-6
    assert seen.withdrawal is not None
    assert seen.withdrawal.high.max() == 0.0


def test_the_line_of_a_muscle_lies_in_its_band(lost: Outlook) -> None:
    """The typical person is among the middle nine tenths, of tone and of fluid."""
    for target in TARGETS:
        muscle = lost.muscles[target]
        for course in (muscle.suppressed, muscle.felt_ng_per_ml, muscle.mas):
            assert (course.low <= course.line + 1e-9).all(), target
            assert (course.line <= course.high + 1e-9).all(), target
    assert lost.levels["C2"].line[0] < 0.5 * lost.levels["T10"].line[0]


def test_withdrawal_comes_within_days_and_in_order(lost: Outlook) -> None:
    """Tone is back first; early signs 12 to 96 h after the drug ended, and before severe ones."""
    assert lost.withdrawal is not None
    after_h = np.arange(len(lost.withdrawal.line)) * 6.0 - 48.0
    first = {stage: after_h[np.argmax(lost.withdrawal.line >= stage)] for stage in (1, 2)}
    assert 12.0 <= first[1] <= 96.0
    assert first[1] < first[2]
    half_back = after_h[
        np.argmax(lost.muscles["soleus"].suppressed.line < 0.5 * lost.muscles["soleus"].suppressed.line[0])
    ]
    assert half_back <= first[1]


def test_who_never_had_the_drug_never_withdraws() -> None:
    """A first infusion that fails after two days leaves nobody in withdrawal for it."""
    seen = predicted(with_stalls(implanted(), LOST), used_to_it=False, days=9)
    assert seen.withdrawal is not None
    assert seen.withdrawal.line.max() == 0.0


def test_held_tolerance_looks_for_no_withdrawal() -> None:
    """None is told, which is not a stage of none; nor a Penn score of somebody who was never asked."""
    held = replace(WHO, tolerance="chronic", baseline_penn=None)
    seen = predicted(with_stalls(implanted(), LOST), held, days=4)
    assert seen.withdrawal is None
    assert seen.penn is None


def test_placebo_stands_beside_the_drug() -> None:
    """It lowers what an examiner finds, not what the drug does; where nobody asks for it both are one."""
    plain = predicted(implanted(), replace(WHO, tolerance="naive"), days=2)
    with_it = predicted(implanted(), replace(WHO, tolerance="naive", placebo_h=(6.0,)), days=2)
    muscle, same = with_it.muscles["quadriceps"], plain.muscles["quadriceps"]
    assert (muscle.mas.line == same.mas.line).all()
    assert (same.examined_mas.line == same.mas.line).all()
    assert (muscle.examined_mas.line[2:6] < muscle.mas.line[2:6]).all()
    assert muscle.examined_mas.line[0] == muscle.mas.line[0]


def test_the_band_is_told_where_it_comes_from(lost: Outlook) -> None:
    """Shares by name that add up to one, the largest first, for each muscle group."""
    for target in TARGETS:
        shares = lost.blames[target]
        named = [share for name, share in shares[:-1]]
        assert sum(share for _, share in shares) == pytest.approx(1.0)
        assert named == sorted(named, reverse=True)
    assert lost.blames["soleus"][0][0] == "sensitivity"
