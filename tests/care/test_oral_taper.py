"""Tapering by mouth: one drug at a time, baclofen first, in written steps, never at once, and nothing is blocked."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import around, blocks, rules

from thecal.care.oral_drugs import Drug
from thecal.care.oral_taper import RULES, OralPlanCase, OralStepCase, judge_oral_plan, judge_oral_step
from thecal.findings import Finding, Severity
from thecal.units import DAY_MS, PG_PER_MG

MG, WEEK_MS = PG_PER_MG, 7 * DAY_MS
STEP = OralStepCase(
    drug=Drug.BACLOFEN, before_pg_per_day=60 * MG, after_pg_per_day=55 * MG, step_pg_per_day=5 * MG,
    interval_ms=WEEK_MS, first=False, since_last_ms=WEEK_MS, others=(), baclofen_taken=True,
)  # fmt: skip


def judged(**change: Any) -> list[Finding]:
    """A step as the prescriber wrote it, but for what is named."""
    return judge_oral_step(replace(STEP, **change))


def test_a_written_step_in_time_asks_for_nothing() -> None:
    """5 mg less after a week."""
    assert judged() == []


@pytest.mark.parametrize("drug", Drug)
@pytest.mark.parametrize("other", Drug)
def test_two_drugs_are_not_tapered_at_once(drug: Drug, other: Drug) -> None:
    """Another taper that has begun and not ended asks for two people; the same drug's own does not."""
    found = judged(drug=drug, others=(other,), baclofen_taken=False)
    assert rules(found) == ([] if drug is other else ["oral_taper.two_at_once"])


@pytest.mark.parametrize("drug", Drug)
@pytest.mark.parametrize("taken", [True, False, None])
def test_baclofen_comes_first(drug: Drug, taken: bool | None) -> None:
    """While it is taken every other drug has its reason to go first; unknown is said."""
    found = judged(drug=drug, baclofen_taken=taken)
    assert ("oral_taper.baclofen_first" in rules(found)) == (taken is True and drug is not Drug.BACLOFEN)
    assert ("oral_taper.unknown" in rules(found)) == (taken is None)


@pytest.mark.parametrize("before", [1, 4 * MG, 5 * MG - 1, 5 * MG, 5 * MG + 1, 6 * MG, 60 * MG])
@pytest.mark.parametrize("step", [5 * MG, None])
def test_nothing_is_stopped_at_once(before: int, step: int | None) -> None:
    """From one written step to nothing is the end of a taper; from more, or with nothing written, it is not."""
    found = rules(judged(before_pg_per_day=before, after_pg_per_day=0, step_pg_per_day=step))
    assert ("oral_taper.at_once" in found) == (step is None or before > step)


@pytest.mark.parametrize("after", [55 * MG - 2, 55 * MG - 1, 55 * MG, 55 * MG + 1, 40 * MG, 1])
def test_a_step_is_no_larger_than_written(after: int) -> None:
    """To the picogram."""
    assert ("oral_taper.step" in rules(judged(after_pg_per_day=after))) == (after < 55 * MG)


@pytest.mark.parametrize("after", [60 * MG - 1, 60 * MG, 60 * MG + 1, 80 * MG])
def test_a_dose_that_does_not_fall_has_its_reason(after: int) -> None:
    """Holding a taper or going back is no mistake, and it says why."""
    assert ("oral_taper.raised" in rules(judged(after_pg_per_day=after))) == (after >= 60 * MG)


@pytest.mark.parametrize("since_ms", [*around(WEEK_MS), 0, None])
@pytest.mark.parametrize("first", [True, False, None])
def test_a_step_waits_for_the_written_interval(since_ms: int | None, first: bool | None) -> None:
    """A millisecond less does not; a first step waits for nothing; nobody knows is not long enough."""
    waits = not first and (since_ms is None or since_ms < WEEK_MS)
    assert rules(judged(since_last_ms=since_ms, first=first)) == (["oral_taper.interval"] if waits else [])


@pytest.mark.parametrize("change", [{"step_pg_per_day": None}, {"interval_ms": None}])
def test_nothing_is_lowered_without_a_prescriber_s_step_and_interval(change: dict[str, None]) -> None:
    """Neither has a default."""
    assert "oral_taper.no_plan" in rules(judged(**change))


@pytest.mark.parametrize("entry", ["drug", "before_pg_per_day", "after_pg_per_day", "others", "baclofen_taken"])
def test_what_is_not_known_is_said(entry: str) -> None:
    """Each entry that is left open."""
    found = [each for each in judged(**{entry: None}) if each.rule == "oral_taper.unknown"]
    assert [each.field for each in found] == [entry]


DRUGS = st.none() | st.sampled_from(Drug)
DOSES_BY_MOUTH = st.none() | st.integers(0, 120 * MG)


@given(
    drug=DRUGS, before=DOSES_BY_MOUTH, after=DOSES_BY_MOUTH, step=DOSES_BY_MOUTH,
    interval=st.none() | st.integers(0, 4 * WEEK_MS), since=st.none() | st.integers(0, 9 * WEEK_MS),
    others=st.none() | st.lists(st.sampled_from(Drug), max_size=3).map(tuple), taken=st.none() | st.booleans(),
)  # fmt: skip
def test_no_lowering_is_blocked(
    drug: Drug | None, before: int | None, after: int | None, step: int | None, interval: int | None,
    since: int | None, others: tuple[Drug, ...] | None, taken: bool | None,
) -> None:  # fmt: skip
    """Two people at most, whatever is known."""
    found = judge_oral_step(
        OralStepCase(
            drug=drug, before_pg_per_day=before, after_pg_per_day=after, step_pg_per_day=step, interval_ms=interval,
            since_last_ms=since, others=others, baclofen_taken=taken,
        )
    )  # fmt: skip
    assert not blocks(found)
    assert all(each.severity <= Severity.TWO_PEOPLE for each in found)


def test_what_each_rule_asks_for() -> None:
    """Two people where a drug may be missed, a reason where an order is turned, a note where something is not known."""
    assert {rule.name.removeprefix("oral_taper."): rule.severity for rule in RULES} == {
        "no_plan": Severity.TWO_PEOPLE,
        "two_at_once": Severity.TWO_PEOPLE,
        "baclofen_first": Severity.REASON,
        "at_once": Severity.TWO_PEOPLE,
        "step": Severity.TWO_PEOPLE,
        "interval": Severity.TWO_PEOPLE,
        "raised": Severity.REASON,
        "unknown": Severity.NOTE,
    }
    assert [each.severity for each in judged(after_pg_per_day=0)] == [Severity.TWO_PEOPLE]


PLAN = OralPlanCase(
    drug=Drug.BACLOFEN, step_pg_per_day=5 * MG, interval_ms=WEEK_MS, others=(), baclofen_taken=True
)  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"drug": None}, {"step_pg_per_day": None}, {"step_pg_per_day": 0}, {"interval_ms": None}]
)
def test_a_plan_names_drug_step_and_interval(change: dict[str, Any]) -> None:
    """One that lacks any of them, or lowers by nothing, takes two people to sign."""
    assert judge_oral_plan(PLAN) == []
    assert rules(judge_oral_plan(replace(PLAN, **change))) == ["oral_taper.no_plan"]


def test_a_second_plan_waits_for_the_first_taper() -> None:
    """A drug is not planned down while another is on its way, nor before baclofen."""
    other = replace(PLAN, drug=Drug.TIZANIDINE, others=(Drug.BACLOFEN,))
    assert rules(judge_oral_plan(other)) == ["oral_taper.two_at_once", "oral_taper.baclofen_first"]
