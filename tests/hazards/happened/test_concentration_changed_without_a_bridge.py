"""A concentration that changed, and no bridge, or the wrong one.

Behind a new drug the old one still lies in tubing and catheter, and leaves at the new rate. From 500 to 2000 mcg/mL
that is a quarter of the dose for more than two days; the other way round four times the dose for half a day. No recall
is known of it; a panel of experts says that a bridge bolus must be programmed (Saulino 2016, doi 10.1111/ner.12388).

The pump meters volume and cannot know what lies in the path. The review can: it works out what the tip would get, and
no update goes out before somebody has decided. A bridge is only as right as the length on record, and where fluids
mix, even the right one leaves a dip or a peak.
"""

from dataclasses import replace

import pytest
from tests.hazards.happened.replay import DOSE, ML, daily_pg, implanted, lived, sounding
from tests.programmer.reviews import CHANGE, asked, order, reviewed, running
from tests.twin.helpers import NEW_YEAR_MS, PATH_NL, committed

from thecal.care.bridge import NoBridge, UseBridge
from thecal.catheter import filled
from thecal.findings import Severity
from thecal.flow import Delivery
from thecal.programmer.prescription import program_for
from thecal.programmer.review import Review, Verdict
from thecal.pump.bolus import BridgeBolus
from thecal.pump.commands import Update
from thecal.pump.devices import TUBING
from thecal.twin import hands
from thecal.units import DAY_MS


def changed(old: int, new: int, *, bridge_nl: int, cells: int = 0) -> tuple[Delivery, ...]:
    """What leaves the tip in five days after the change at 300 mcg/day, with a bridge of so much, or 0 for none."""
    path = replace(filled(PATH_NL, old, port_nl=TUBING.whole()), mixing_cells=cells)
    before = program_for(order(300, concentration=old), tubing_nl=TUBING.whole(), catheter_nl=195_800)
    device = implanted(mode=before.infusion_mode, concentration=old, path=path)
    device, _ = hands.refill(device, volume_nl=20 * ML, concentration_pg_per_nl=new)
    after = program_for(order(300, concentration=new), tubing_nl=TUBING.whole(), catheter_nl=195_800)
    over = None
    if bridge_nl:
        over = BridgeBolus(volume_nl=bridge_nl, rate_nl_per_day=DOSE // old, concentration_pg_per_nl=old)
    update = Update(program=after, reservoir_nl=20 * ML, bolus=over)
    device, out = lived(committed(device, update, "t2"), 5 * DAY_MS)
    assert sounding(device.pump) == set()
    return out


def rate_of(delivery: Delivery) -> int:
    """The dose of one stretch at the tip, mcg/day."""
    return round(delivery.mass_pg * DAY_MS / (delivery.end_ms - delivery.start_ms) / 1_000_000)


@pytest.mark.parametrize(("old", "new", "mcg", "hours"), [(500, 2_000, 75, 53.7), (2_000, 500, 1_200, 13.4)])
def test_without_a_bridge_it_is_a_quarter_for_two_days_or_four_times_for_half_a_day(
    old: int, new: int, mcg: int, hours: float
) -> None:
    """75 mcg/day for 53.7 h, 1200 mcg/day for 13.4 h; then 300. The pump has nothing to say in either."""
    wrong, right = changed(old, new, bridge_nl=0)[:2]
    assert (rate_of(wrong), rate_of(right)) == (mcg, 300)
    assert (wrong.end_ms - wrong.start_ms) / 3_600_000 == pytest.approx(hours, abs=0.05)


@pytest.mark.parametrize(("old", "new"), [(500, 2_000), (2_000, 500)])
def test_the_right_bridge_keeps_the_dose(old: int, new: int) -> None:
    """300 mcg on each of five days."""
    assert daily_pg(changed(old, new, bridge_nl=PATH_NL), NEW_YEAR_MS, 5) == pytest.approx([DOSE] * 5, rel=1e-4)


def test_a_bridge_for_a_longer_catheter_ends_in_four_times_the_dose() -> None:
    """0.0638 mL more than the path holds, 29 cm that were trimmed: for two and a half hours 1200 mcg/day."""
    out = changed(500, 2_000, bridge_nl=PATH_NL + 29 * 2_200)
    assert [rate_of(each) for each in out[:3]] == [300, 1_200, 300]
    assert (out[1].end_ms - out[1].start_ms) / 3_600_000 == pytest.approx(2.55, abs=0.01)


def test_where_fluids_mix_the_right_bridge_is_not_smooth() -> None:
    """New drug comes early at the bridge's rate: the first day is above the dose, the second below."""
    first, second, *_ = daily_pg(changed(500, 2_000, bridge_nl=PATH_NL, cells=20), NEW_YEAR_MS, 5)
    assert first > DOSE * 101 // 100
    assert second < DOSE


def review_with(decision: UseBridge | NoBridge | None) -> Review:
    """The review of 500 → 2000 at the same dose, at a refill."""
    return reviewed(running(), order(300, concentration=2_000), replace(CHANGE, bridge=decision))


def test_no_update_goes_out_before_somebody_has_decided() -> None:
    """Undecided is blocked, and the review says in numbers what it would cost."""
    done = review_with(None)
    assert done.verdict is Verdict.BLOCKED
    assert asked(done)["bridge.undecided"] is Severity.BLOCK
    assert done.without_bridge is not None
    assert (done.without_bridge.tip_pg_per_day, done.without_bridge.dose_pg_per_day) == (DOSE // 4, DOSE)


def test_the_bridge_of_the_review_is_the_right_one() -> None:
    """What is decided with one word is what the replay above needed."""
    update = review_with(UseBridge()).update
    assert update.bolus == BridgeBolus(volume_nl=PATH_NL, rate_nl_per_day=600_000, concentration_pg_per_nl=500)


def test_to_leave_it_out_takes_a_reason_and_a_second_person() -> None:
    """An aspirated catheter may be one; nobody says so alone."""
    done = review_with(NoBridge(reason="the catheter was aspirated"))
    assert asked(done)["bridge.none"] is Severity.TWO_PEOPLE
    assert "a second person" in done.missing
