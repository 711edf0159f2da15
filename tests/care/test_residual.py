"""The syringe against the pump: every threshold from both sides, and what may not wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import ML, VOLUMES, blocks, rules

from thecal.care.residual import Discrepancy, judge_post_fill, judge_residual, limits_broken
from thecal.findings import Finding, Severity

EARLIER = st.none() | st.builds(
    Discrepancy, expected_nl=VOLUMES, withdrawn_nl=VOLUMES, programmed_nl=st.none() | VOLUMES
)


def gap(less_left_nl: int, *, programmed_nl: int | None = 18 * ML) -> Discrepancy:
    """A refill at which 5 mL were expected."""
    return Discrepancy(expected_nl=5 * ML, withdrawn_nl=5 * ML - less_left_nl, programmed_nl=programmed_nl)


def judged(
    now: Discrepancy, *, increases: bool = False, restarts: bool = False, explained: bool = False
) -> list[Finding]:
    """The findings on a refill with no known refill before it."""
    return judge_residual(now=now, earlier=None, increases=increases, restarts=restarts, explained=explained)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("size_nl", [0, 1_999_999, 2_000_000, 2_000_001, 4 * ML])
def test_more_than_2_ml_is_looked_into(sign: int, size_nl: int) -> None:
    """2 mL passes in either direction; a nanolitre more does not. 14.5 % of 18 mL is 2.61 mL."""
    broken = [limit.name for limit in limits_broken(gap(sign * size_nl), None)]
    assert ("residual_volume" in broken) == (size_nl > 2_000_000)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("size_nl", [1_449_999, 1_450_000, 1_450_001])
def test_more_than_14_5_per_cent_of_programmed_delivery_is_looked_into(sign: int, size_nl: int) -> None:
    """Of 10 mL programmed, 1.45 mL passes and a nanolitre more does not."""
    broken = [limit.name for limit in limits_broken(gap(sign * size_nl, programmed_nl=10 * ML), None)]
    assert broken == (["residual_share"] if size_nl > 1_450_000 else [])


@pytest.mark.parametrize(("now_nl", "before_nl", "broken"), [
    (1_000_001, 1_000_001, True), (1_000_001, 1_000_000, False), (1_000_000, 1_000_001, False),
    (-1_000_001, -1_000_001, True), (1_000_001, -1_000_001, False), (-1_000_001, 1_000_001, False),
])  # fmt: skip
def test_the_same_sign_twice_beyond_10_per_cent_is_looked_into(now_nl: int, before_nl: int, broken: bool) -> None:
    """Both must be beyond a tenth of what was programmed, and in the same direction."""
    limits = limits_broken(gap(now_nl, programmed_nl=10 * ML), gap(before_nl, programmed_nl=10 * ML))
    assert [limit.name for limit in limits] == (["residual_trend"] if broken else [])


def test_less_left_is_filled_and_seen_sooner() -> None:
    """More was delivered than calculated: a reason, nothing else, even where the dose goes up or restarts."""
    assert rules(judged(gap(3 * ML), increases=True, restarts=True)) == ["residual.less_left"]
    assert "sooner" in judged(gap(3 * ML))[0].remedy


def test_more_left_keeps_the_program() -> None:
    """Filling with the same program asks for a reason; an increase is blocked until it is explained."""
    assert [each.severity for each in judged(gap(-3 * ML))] == [Severity.REASON]
    assert blocks(judged(gap(-3 * ML), increases=True))
    explained = judged(gap(-3 * ML), increases=True, explained=True)
    assert [each.severity for each in explained] == [Severity.REASON, Severity.TWO_PEOPLE]


def test_a_restart_after_more_left_takes_two_people_and_is_not_blocked() -> None:
    """Restoring is never blocked, not even here."""
    found = judged(gap(-19 * ML), restarts=True)
    assert [(each.rule, each.severity) for each in found][1:] == [("residual.restart", Severity.TWO_PEOPLE)]


def test_a_trend_alone_is_assumed_and_so_does_not_block() -> None:
    """The 10 % of the trend has no source: an increase then takes two people."""
    now = gap(-1_100_000, programmed_nl=10 * ML)
    found = judge_residual(now=now, earlier=now, increases=True, restarts=False, explained=False)
    assert [each.severity for each in found] == [Severity.REASON, Severity.TWO_PEOPLE]


def test_an_unknown_last_fill_is_said() -> None:
    """Without what was programmed only the 2 mL can be judged, and the findings say so."""
    assert rules(judged(gap(0, programmed_nl=None))) == ["residual.share_unknown"]
    assert rules(judged(gap(2_000_001, programmed_nl=None))) == ["residual.share_unknown", "residual.less_left"]


@given(
    now=st.builds(Discrepancy, expected_nl=VOLUMES, withdrawn_nl=VOLUMES, programmed_nl=st.none() | VOLUMES),
    earlier=EARLIER,
    restarts=st.booleans(),
    explained=st.booleans(),
)
def test_filling_is_never_blocked(
    now: Discrepancy, earlier: Discrepancy | None, restarts: bool, explained: bool
) -> None:
    """Whatever the syringe says, a fill without an increase goes ahead."""
    found = judge_residual(now=now, earlier=earlier, increases=False, restarts=restarts, explained=explained)
    assert not blocks(found)


@pytest.mark.parametrize(("capacity_ml", "limit_nl"), [(20, 1_000_000), (40, 2_000_000)])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("beyond_nl", [-1, 0, 1])
def test_after_the_fill_1_ml_or_2_ml_may_be_missing(capacity_ml: int, limit_nl: int, sign: int, beyond_nl: int) -> None:
    """More than 1 mL of a 20 mL pump, 2 mL of a 40 mL pump, in either direction, is a red flag."""
    found = judge_post_fill(
        put_in_nl=19 * ML, found_nl=19 * ML + sign * (limit_nl + beyond_nl), capacity_nl=capacity_ml * ML
    )
    assert rules(found) == (["post_fill.discrepancy"] if beyond_nl > 0 else [])
    assert not blocks(found)


def test_a_fill_that_nobody_measured_is_not_judged() -> None:
    """No measurement is no discrepancy: the check is a choice of the clinic's."""
    assert judge_post_fill(put_in_nl=19 * ML, found_nl=None, capacity_nl=20 * ML) == []
