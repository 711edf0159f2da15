"""Drug injected beside the port.

Of fourteen deaths that were counted since 1996, eleven followed a refill whose needle lay in the pocket and not in
the reservoir: hundreds of milligrams taken up from the tissue within hours, and afterwards a pump that was believed to
be full (class I, January 2011; accessdata.fda.gov, medsun 1499; one case 540 mg of hydromorphone).

The pump counts as full what it is told is full and alarms too late. The catch is at the needle: drug that cannot be
drawn back, swelling, resistance. What it would cost stands in the review as milligrams in the reservoir, and the next
refill finds the reservoir empty that should hold drug.
"""

from tests.hazards.happened.replay import ML, RATE, discrepancy, drug_pg, implanted, lived, refilled, rules, sounding
from tests.programmer.reviews import CHANGE, order, reviewed, running
from tests.twin.helpers import NEW_YEAR_MS

from thecal.care.refill import NeedleCase, judge_needle
from thecal.care.residual import judge_post_fill, judge_residual
from thecal.findings import Severity, Urgency
from thecal.mechanism.faults import PocketFill
from thecal.pump.alarms import Alarm
from thecal.pump.devices import REFERENCE_20
from thecal.twin import hands
from thecal.twin.device import Device
from thecal.units import DAY_MS

REFILL_MS = NEW_YEAR_MS + 28 * DAY_MS


def pocketed(per_mille: int = 1_000) -> Device:
    """An implant just refilled with 20 mL, of which so much went beside the port."""
    device, _ = lived(implanted(faults=[PocketFill(at_ms=REFILL_MS, per_mille=per_mille)]), 28 * DAY_MS)
    return refilled(device)[0]


def test_ten_milligrams_lie_in_the_tissue_and_the_pump_counts_a_full_reservoir() -> None:
    """Belief 20 mL, truth nothing; no alarm, and nothing reaches the spine from then on."""
    device = pocketed()
    assert device.account.pocket_pg == 20 * ML * 500
    assert (device.pump.reservoir_nl, device.metal.reservoir_nl) == (20 * ML, 0)
    later, out = lived(device, 5 * DAY_MS)
    assert (drug_pg(out), sounding(later.pump)) == (0, set())


def test_the_pump_s_own_alarm_comes_a_month_after_the_harm() -> None:
    """It sounds when its sum is low, and withdrawal has come and gone by then."""
    device, _ = lived(pocketed(), 29 * DAY_MS)
    assert sounding(device.pump) == set()
    device, _ = lived(device, DAY_MS)
    assert sounding(device.pump) == {Alarm.LOW_RESERVOIR}
    assert device.account.tip_pg == 28 * RATE * 500


def test_the_needle_says_so_while_there_is_time() -> None:
    """No drug drawn back is drug beside the reservoir until shown otherwise: now, and with a second person."""
    seen = NeedleCase(at_stop=True, aspirated=True, drawn_back=False, no_resistance=True, no_swelling=True)
    (found,) = judge_needle(seen)
    assert (found.rule, found.severity, found.urgency) == ("refill.pocket_fill", Severity.TWO_PEOPLE, Urgency.NOW)
    short = NeedleCase(at_stop=False, aspirated=False)
    assert "refill.needle_not_in_port" in rules(judge_needle(short))


def test_what_is_found_again_after_the_fill_says_so() -> None:
    """A syringe that looks again draws nothing of 20 mL; of a quarter gone astray it draws 15."""
    for per_mille, left_ml in ((1_000, 0), (250, 15)):
        _, found_nl = hands.withdraw(pocketed(per_mille))
        assert found_nl == left_ml * ML
        found = judge_post_fill(put_in_nl=20 * ML, found_nl=found_nl, capacity_nl=REFERENCE_20.capacity_nl)
        assert rules(found) == {"post_fill.discrepancy"}


def test_the_next_refill_finds_nothing_where_drug_should_be() -> None:
    """Three weeks later 7.4 mL were expected: less left, beyond every limit."""
    device, _ = lived(pocketed(), 21 * DAY_MS)
    now = discrepancy(device, filled_nl=20 * ML)
    assert (now.expected_nl, now.withdrawn_nl) == (20 * ML - 21 * RATE, 0)
    found = judge_residual(now=now, earlier=None, increases=False, restarts=False, explained=False)
    assert rules(found) == {"residual.less_left"}


def test_the_review_says_how_much_drug_is_at_stake() -> None:
    """20 mL of 2000 mcg/mL are 40 mg: what a needle beside the port injects."""
    done = reviewed(running(), order(concentration=2_000), CHANGE)
    assert done.pending.reservoir_pg == 40_000_000_000
