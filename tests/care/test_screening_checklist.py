"""The checklist: every question that nobody answered blocks an injection, and so does every answer that harms."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thecal.care.screening_checklist import RULES, ChecklistCase, judge_checklist
from thecal.findings import Severity, worst

CLEAR = ChecklistCase(
    allergic=False,
    infection=False,
    open_wound=False,
    relapse=False,
    takes_thinners=False,
    shunt=False,
    renal_impairment=False,
    pregnant=False,
    takes_oral_baclofen=False,
    airway_kit_ready=True,
    staff_trained=True,
)
BESIDE = {"thinner_plan", "last_oral_ms", "oral_on_record"}
ASKED = [field.name for field in fields(ChecklistCase) if field.name not in BESIDE]
BLOCKED_BY_YES = ["allergic", "infection", "open_wound", "relapse"]
BLOCKED_BY_NO = ["airway_kit_ready", "staff_trained"]
SOFTER = {"shunt": Severity.REASON, "renal_impairment": Severity.TWO_PEOPLE, "pregnant": Severity.TWO_PEOPLE}


def case(**changes: bool | int | None) -> ChecklistCase:
    """A clear checklist with these answers."""
    return replace(CLEAR, **changes)  # type: ignore[arg-type] # one test, one field


def test_a_clear_checklist_says_nothing() -> None:
    """Eleven answers, and nothing stands against the injection."""
    assert judge_checklist(CLEAR) == []
    assert len(ASKED) == 11


@pytest.mark.parametrize("field", ASKED)
def test_every_unanswered_question_blocks(field: str) -> None:
    """Not known is not no: one finding, at the question, that blocks and says that it is not known."""
    (finding,) = judge_checklist(case(**{field: None}))
    assert (finding.severity, finding.field) == (Severity.BLOCK, field)
    assert "not known" in finding.says


@pytest.mark.parametrize("field", BLOCKED_BY_YES)
def test_a_danger_that_is_there_blocks(field: str) -> None:
    """Allergy, infection, wound and relapse can be waited for, or forbid it."""
    (finding,) = judge_checklist(case(**{field: True}))
    assert (finding.severity, finding.field) == (Severity.BLOCK, field)


@pytest.mark.parametrize("field", BLOCKED_BY_NO)
def test_a_room_that_is_not_ready_blocks(field: str) -> None:
    """No airway kit, or nobody trained to use it."""
    (finding,) = judge_checklist(case(**{field: False}))
    assert (finding.severity, finding.field) == (Severity.BLOCK, field)


@pytest.mark.parametrize(("field", "severity"), SOFTER.items())
def test_what_only_needs_thought_asks_for_it(field: str, severity: Severity) -> None:
    """A shunt asks for a reason; kidneys and a pregnancy for two people."""
    (finding,) = judge_checklist(case(**{field: True}))
    assert (finding.severity, finding.field) == (severity, field)


@pytest.mark.parametrize(("plan", "rules"), [(True, 0), (False, 1), (None, 1)])
def test_blood_thinners_need_a_plan(plan: bool | None, rules: int) -> None:
    """A plan that is missing, or not known, blocks."""
    found = judge_checklist(case(takes_thinners=True, thinner_plan=plan))
    assert len(found) == rules
    assert all(finding.severity is Severity.BLOCK and finding.field == "thinner_plan" for finding in found)
    assert [("not known" in finding.says, "missing" in finding.says) for finding in found] == (
        [] if plan else [(plan is None, plan is False)]
    )


def test_the_time_of_the_last_oral_baclofen_is_needed() -> None:
    """Taken, but nobody knows when: blocked. Known: nothing to say."""
    (finding,) = judge_checklist(case(takes_oral_baclofen=True))
    assert (finding.severity, finding.field) == (Severity.BLOCK, "last_oral_ms")
    assert judge_checklist(case(takes_oral_baclofen=True, last_oral_ms=1)) == []


def test_an_empty_checklist_names_every_question() -> None:
    """All of them at once, and every rule with it but the one about a record that says otherwise."""
    found = judge_checklist(ChecklistCase())
    assert {finding.field for finding in found} == set(ASKED)
    assert {finding.rule for finding in found} == {rule.name for rule in RULES} - {"screening.oral_ended"}


@given(
    st.builds(
        ChecklistCase,
        **{name: st.sampled_from((None, False, True)) for name in [*ASKED, "thinner_plan"]},
        last_oral_ms=st.sampled_from((None, 1)),
    ),
    st.sampled_from([*BLOCKED_BY_YES, *BLOCKED_BY_NO]),
)
def test_one_more_danger_never_asks_for_less(answers: ChecklistCase, field: str) -> None:
    """Whatever else is answered, the bad answer blocks."""
    worse = replace(answers, **{field: field in BLOCKED_BY_YES})
    assert worst(judge_checklist(worse)) is Severity.BLOCK
    known = all(getattr(answers, name) is not None for name in ASKED)
    if not known:
        assert worst(judge_checklist(answers)) is Severity.BLOCK


@pytest.mark.parametrize("on_record", [True, False, None])
@pytest.mark.parametrize("today", [True, False, None])
def test_oral_baclofen_that_is_on_record_does_not_vanish_unasked(on_record: bool | None, today: bool | None) -> None:
    """Only where it was taken and is not: how it ended is asked for. Unknown today blocks as before."""
    case = ChecklistCase(takes_oral_baclofen=today, last_oral_ms=1, oral_on_record=on_record)
    rules = {finding.rule for finding in judge_checklist(case)}
    assert ("screening.oral_ended" in rules) == (on_record is True and today is False)
    assert ("screening.oral_baclofen" in rules) == (today is None)
