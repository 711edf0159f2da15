"""Bridges: what they carry, what no bridge does, who must decide, and what is not known."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import CONCENTRATIONS, MCG, SLOWEST, path, rules

from thecal.care.bridge import BridgeDecision, NoBridge, UseBridge, bridge, judge_bridge, without_bridge
from thecal.care.path import Holds, Part
from thecal.findings import Finding, Severity
from thecal.units import DAY_MS

REASON = NoBridge(reason="the catheter was aspirated")
PATH = path(140_000, 195_800)


def judged(
    decision: BridgeDecision | None,
    *,
    old: int = 500,
    new: int = 2_000,
    parts: tuple[Part, ...] = PATH,
    dose: int = 300 * MCG,
    same_drug: bool = True,
) -> list[Finding]:
    """The findings on a change from 500 to 2000 at 300 mcg/day, unless said otherwise."""
    return judge_bridge(
        decision=decision,
        parts=parts,
        old_pg_per_day=dose,
        new_pg_per_day=dose,
        old_concentration_pg_per_nl=old,
        new_concentration_pg_per_nl=new,
        same_drug=same_drug,
        slowest=SLOWEST,
    )


@given(
    tubing=st.integers(1, 400_000), catheter=st.integers(1, 400_000), dose=st.integers(50 * MCG, 2_000 * MCG),
    old=st.sampled_from(CONCENTRATIONS),
)  # fmt: skip
def test_a_bridge_gives_the_old_dose_until_the_old_drug_is_gone(
    tubing: int, catheter: int, dose: int, old: int
) -> None:
    """Volume, rate, duration and mass agree with exact fractions, and mass over duration is the old dose."""
    planned = bridge(parts=path(tubing, catheter), old_pg_per_day=dose, old_concentration_pg_per_nl=old)
    assert planned is not None
    assert planned.volume_nl == tubing + catheter
    assert planned.rate_nl_per_day == round(Fraction(dose, old))
    assert planned.mass_pg == (tubing + catheter) * old
    assert planned.duration_ms == round(Fraction(planned.volume_nl * DAY_MS, planned.rate_nl_per_day))
    assert abs(planned.rate_nl_per_day * old - dose) <= old


@given(
    volume=st.integers(1, 800_000), dose=st.integers(50 * MCG, 2_000 * MCG), old=st.sampled_from(CONCENTRATIONS),
    new=st.sampled_from(CONCENTRATIONS),
)  # fmt: skip
def test_without_a_bridge_the_same_drug_leaves_at_the_new_rate(volume: int, dose: int, old: int, new: int) -> None:
    """The tip's dose is the order times old over new, and what it gets in that time is the path's drug."""
    lacking = without_bridge(
        parts=path(0, volume), new_pg_per_day=dose, old_concentration_pg_per_nl=old, new_concentration_pg_per_nl=new
    )
    assert lacking is not None
    assert lacking.tip_pg_per_day == round(Fraction(dose * old, new))
    given_pg = Fraction(dose * old, new) * Fraction(lacking.duration_ms, DAY_MS)
    assert abs(given_pg - volume * old) <= Fraction(dose * old, new) / DAY_MS


@pytest.mark.parametrize("new", [499, 501, 1_000, 2_000])
def test_any_change_of_concentration_needs_a_decision(new: int) -> None:
    """One mcg/mL more or less blocks without a decision, passes with a bridge, takes two people with none."""
    assert [(each.rule, each.severity) for each in judged(None, new=new)] == [("bridge.undecided", Severity.BLOCK)]
    assert judged(UseBridge(), new=new) == []
    assert [(each.rule, each.severity) for each in judged(REASON, new=new)] == [("bridge.none", Severity.TWO_PEOPLE)]


@pytest.mark.parametrize("decision", [None, UseBridge(), REASON])
def test_no_change_needs_no_decision(decision: BridgeDecision | None) -> None:
    """The same drug at the same concentration asks for nothing."""
    assert judged(decision, new=500) == []


def test_the_refusal_to_decide_shows_what_would_happen() -> None:
    """The finding carries the share of the dose and the time."""
    says = judged(None)[0].says.replace("\u00a0", " ")
    assert "25 % of the dose (75 mcg/day) for 53 h 44 min" in says


def test_no_bridge_says_its_reason() -> None:
    """The reason stands in the finding that the second person reads; an empty one is no reason."""
    assert "the catheter was aspirated" in judged(REASON)[0].says
    with pytest.raises(AssertionError):
        NoBridge(reason="  ")


@pytest.mark.parametrize(
    "parts",
    [
        path(140_000, None), path(None, 195_800), path(140_000, 195_800, holds=Holds.UNKNOWN),
        path(140_000, 195_800, holds=Holds.NO_DRUG),
    ],
)  # fmt: skip
def test_an_unknown_path_has_no_automatic_bridge(parts: tuple[Part, ...]) -> None:
    """Unknown length, unknown content or an empty path: no bridge is made up, and choosing one is refused."""
    assert bridge(parts=parts, old_pg_per_day=300 * MCG, old_concentration_pg_per_nl=500) is None
    found = judged(UseBridge(), parts=parts)
    assert [(each.rule, each.severity) for each in found] == [("bridge.no_automatic", Severity.BLOCK)]
    assert rules(judged(None, parts=parts)) == ["bridge.undecided"]
    assert rules(judged(REASON, parts=parts)) == ["bridge.none"]


def test_the_missing_length_is_named() -> None:
    """What is not known is said in words."""
    for decision in (None, UseBridge(), REASON):
        assert "the catheter's volume is not known" in judged(decision, parts=path(140_000, None))[0].says


def test_only_the_parts_that_hold_old_drug_are_bridged() -> None:
    """After an aspiration only the tubing still holds old drug."""
    parts = (
        Part(name="tubing", volume_nl=140_000, holds=Holds.DRUG),
        Part(name="catheter", volume_nl=195_800, holds=Holds.NO_DRUG),
    )
    planned = bridge(parts=parts, old_pg_per_day=300 * MCG, old_concentration_pg_per_nl=500)
    assert planned is not None
    assert planned.volume_nl == 140_000


@pytest.mark.parametrize("rate", [47_999, 48_000, 48_001])
def test_a_bridge_slower_than_the_pump_is_flagged(rate: int) -> None:
    """At the slowest rate it runs; a nanolitre a day below it is flagged."""
    found = judged(UseBridge(), old=2_000, new=500, dose=rate * 2_000)
    assert rules(found) == (["bridge.below_device"] if rate < 48_000 else [])


def test_another_drug_takes_two_people_whatever_its_concentration() -> None:
    """A new drug at the same number of mcg/mL still needs the decision, and two people."""
    assert rules(judged(None, new=500, same_drug=False)) == ["bridge.other_drug", "bridge.undecided"]
    assert judged(UseBridge(), new=500, same_drug=False)[0].severity is Severity.TWO_PEOPLE
