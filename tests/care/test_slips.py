"""Named slips: every one of them is caught from every legal dose, and ordinary steps are not."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import DOSES, MCG, rules

from thecal.care.slips import SLIPS, Slip, judge_slip, named_slip
from thecal.findings import Severity

REQUIRED = {"×10", "÷10", "×24", "÷24", "×60", "×1000", "×4", "÷4"}


def test_every_slip_that_the_record_names_is_there() -> None:
    """The eight ratios asked for are in the table, each with what it usually means."""
    assert {slip.name for slip in SLIPS} >= REQUIRED
    assert all(slip.means for slip in SLIPS)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_caught_from_every_legal_dose(slip: Slip) -> None:
    """From 24 to 2000 mcg/day, in steps of half a microgram: all of them, by two people, and by the right name."""
    for half_mcg in range(48, 4_001):
        old = half_mcg * MCG // 2
        found = judge_slip(old_pg_per_day=old, new_pg_per_day=round(Fraction(old * slip.up, slip.down)), field="dose")
        assert [each.severity for each in found] == [Severity.TWO_PEOPLE], old
        assert slip.name in found[0].says


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
@pytest.mark.parametrize("per_mille", [-31, -30, -29, 0, 29, 30, 31])
def test_the_window_is_three_per_cent_wide_on_either_side(slip: Slip, per_mille: int) -> None:
    """Within 3 % of the ratio the slip is named, beyond it not."""
    old = 2_400_000_000
    new = old * slip.up * (1_000 + per_mille) // (slip.down * 1_000)
    assert (named_slip(old=old, new=new) is slip) == (abs(per_mille) <= 30)


@given(old=DOSES, percent=st.integers(-70, 200))
def test_ordinary_steps_have_no_name(old: int, percent: int) -> None:
    """No change between −70 % and +200 % is taken for a slip."""
    assert named_slip(old=old * 100, new=old * (100 + percent)) is None


@given(old=DOSES, new=DOSES)
def test_a_slip_down_is_a_slip_up_the_other_way(old: int, new: int) -> None:
    """Where new is a slip of old, old is near the opposite slip of new: names come in pairs."""
    pairs = {slip.name: f"{'÷' if slip.up > 1 else '×'}{max(slip.up, slip.down)}" for slip in SLIPS}
    there = named_slip(old=old, new=new)
    back = named_slip(old=new, new=old)
    if there is not None and back is not None:
        assert pairs[there.name] == back.name


def test_nothing_compares_with_no_dose() -> None:
    """A first dose and a stop are no ratios."""
    assert named_slip(old=0, new=300) is None
    assert named_slip(old=300, new=0) is None
    assert rules(judge_slip(old_pg_per_day=0, new_pg_per_day=1, field="dose")) == []
