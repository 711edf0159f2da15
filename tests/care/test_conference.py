"""The conference: blocks stand, an implant rests on a test, dissent is answered in writing, and waiting is free."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.care.conference import (
    GOING_ON,
    ConferenceCase,
    Decision,
    Discipline,
    Stance,
    View,
    dissents,
    judge_conference,
    not_heard,
)
from thecal.findings import Severity, worst

EVERYBODY = tuple(View(discipline=each, stance=Stance.GO_ON, why="it may help") for each in Discipline)
GOOD = ConferenceCase(
    views=EVERYBODY,
    goals_agreed=True,
    decision=Decision.SCREENING_TEST,
    candidacy_blocks=(),
    put_forward=True,
    responded=None,
    handover_agreed=True,
)
IMPLANT = replace(GOOD, decision=Decision.IMPLANT, responded=True)
MAYBE = st.none() | st.booleans()
VIEWS = st.builds(
    View,
    discipline=st.sampled_from(Discipline),
    stance=st.none() | st.sampled_from(Stance),
    why=st.sampled_from(["", " ", "too weak"]),
    answer=st.sampled_from(["", "seen"]),
)
CASES = st.builds(
    ConferenceCase,
    views=st.lists(VIEWS, max_size=6, unique_by=lambda view: view.discipline).map(tuple),
    goals_agreed=MAYBE,
    decision=st.none() | st.sampled_from(Decision),
    candidacy_blocks=st.none() | st.sampled_from([(), ("Allergic to baclofen.",)]),
    put_forward=MAYBE,
    responded=MAYBE,
    extended_responded=MAYBE,
    handover_agreed=MAYBE,
)


def with_view(case: ConferenceCase, view: View) -> ConferenceCase:
    """The case with one discipline's view put in place of the old one."""
    others = tuple(each for each in case.views if each.discipline is not view.discipline)
    return replace(case, views=(*others, view))


def test_all_heard_and_agreed_asks_for_nothing() -> None:
    """For a test, and for an implant after a test that worked."""
    assert judge_conference(GOOD) == judge_conference(IMPLANT) == []


@pytest.mark.parametrize("decision", [None, *Decision])
def test_a_block_of_candidacy_blocks_going_on_and_nothing_else(decision: Decision | None) -> None:
    """Each sentence that blocks a candidate stands here again."""
    said = ("Allergic to baclofen.", "There is an active infection.")
    found = judge_conference(replace(GOOD, decision=decision, responded=True, candidacy_blocks=said))
    again = [finding.says for finding in found if finding.rule == "conference.candidacy_block"]
    assert again == (list(said) if decision in GOING_ON else [])
    assert blocks(found) is (decision in GOING_ON)


@pytest.mark.parametrize(("responded", "extended"), list(product([None, False, True], repeat=2)))
def test_an_implant_rests_on_a_screening_test_that_worked(responded: bool | None, extended: bool | None) -> None:
    """No response blocks, unless an extended test worked; no test at all asks for two people."""
    found = judge_conference(replace(IMPLANT, responded=responded, extended_responded=extended))
    if responded:
        assert found == []
    elif responded is False and not extended:
        assert rules(found) == ["conference.no_response"]
        assert worst(found) is Severity.BLOCK
    else:
        assert rules(found) == ["conference.no_test"]
        assert worst(found) is Severity.TWO_PEOPLE
        assert ("extended infusion test worked" in found[0].says) is (responded is False)


@pytest.mark.parametrize("responded", [None, False, True])
def test_a_screening_test_may_be_repeated(responded: bool | None) -> None:
    """What the last one showed does not block the next."""
    assert judge_conference(replace(GOOD, responded=responded)) == []


@given(CASES)
def test_waiting_and_declining_are_never_blocked(case: ConferenceCase) -> None:
    """Whatever was heard or found."""
    if case.decision not in GOING_ON:
        assert not blocks(judge_conference(case))


@given(CASES)
def test_going_on_is_blocked_exactly_by_candidacy_or_by_no_response(case: ConferenceCase) -> None:
    """By an assumed rule never."""
    refused = (case.decision is Decision.IMPLANT and case.responded is False and not case.extended_responded) or bool(
        case.candidacy_blocks
    )
    assert blocks(judge_conference(case)) is (case.decision in GOING_ON and refused)


@pytest.mark.parametrize("decision", GOING_ON)
def test_candidacy_that_nobody_wrote_down_asks_for_two(decision: Decision) -> None:
    """No record is not an empty list."""
    found = judge_conference(replace(IMPLANT, decision=decision, candidacy_blocks=None))
    assert rules(found) == ["conference.candidacy_unknown"]
    assert worst(found) is Severity.TWO_PEOPLE


@pytest.mark.parametrize("put_forward", [None, False])
@pytest.mark.parametrize("decision", GOING_ON)
def test_candidacy_is_not_passed_by(decision: Decision, put_forward: bool | None) -> None:
    """What asks for two people there asks for them here, where it was not put before the team."""
    found = judge_conference(replace(IMPLANT, decision=decision, put_forward=put_forward))
    assert rules(found) == ["conference.not_put_forward"]
    assert worst(found) is Severity.TWO_PEOPLE


@pytest.mark.parametrize("agreed", [None, False])
@pytest.mark.parametrize("decision", GOING_ON)
def test_goals_are_agreed_with_the_patient_before_going_on(decision: Decision, agreed: bool | None) -> None:
    """Not agreed and not known ask the same."""
    found = judge_conference(replace(IMPLANT, decision=decision, goals_agreed=agreed))
    assert rules(found) == ["conference.goals"]
    assert worst(found) is Severity.TWO_PEOPLE


@pytest.mark.parametrize("absent", Discipline)
def test_a_view_that_is_missing_is_said(absent: Discipline) -> None:
    """A reason for a discipline, two people for the patient; an entry without a stance is no view."""
    for views in (
        tuple(view for view in EVERYBODY if view.discipline is not absent),
        with_view(GOOD, View(discipline=absent, why="present, said nothing")).views,
    ):
        case = replace(GOOD, views=views)
        assert not_heard(case) == (absent,)
        (finding,) = judge_conference(case)
        patient = absent is Discipline.PATIENT
        assert finding.rule == ("conference.patient_missing" if patient else "conference.view_missing")
        assert finding.severity is (Severity.TWO_PEOPLE if patient else Severity.REASON)
        assert absent.name.lower() in finding.says


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("stance", Stance)
def test_dissent_is_a_stance_against_the_decision(decision: Decision, stance: Stance) -> None:
    """Not where it goes on, going on where it does not; to be unsure is no objection."""
    against = stance is (Stance.NOT if decision in GOING_ON else Stance.GO_ON)
    assert dissents(View(discipline=Discipline.NURSE, stance=stance), decision) is against


@pytest.mark.parametrize("who", Discipline)
@pytest.mark.parametrize(
    ("why", "answer", "asked"),
    [
        ("", "", ["conference.dissent_unwritten", "conference.dissent_unanswered"]),
        (" ", "seen", ["conference.dissent_unwritten"]),
        ("too weak", "\n", ["conference.dissent_unanswered"]),
        ("too weak", "seen", []),
    ],
)
def test_dissent_is_written_and_answered(who: Discipline, why: str, answer: str, asked: list[str]) -> None:
    """Anybody's, the patient's too; blanks are no words."""
    case = with_view(IMPLANT, View(discipline=who, stance=Stance.NOT, why=why, answer=answer))
    found = judge_conference(case)
    assert rules(found) == asked
    assert all(finding.severity is Severity.TWO_PEOPLE for finding in found)


def test_who_wanted_to_go_on_is_answered_too() -> None:
    """Declining is dissented from in the same way."""
    case = replace(GOOD, decision=Decision.NOT_A_CANDIDATE, views=(replace(EVERYBODY[5], why="I want it"),))
    assert rules(judge_conference(case)) == ["conference.instead", "conference.dissent_unanswered"]


@pytest.mark.parametrize("agreed", [None, False])
def test_an_implant_is_handed_over_with_its_plan(agreed: bool | None) -> None:
    """Size, level and first dose; for a test there is nothing to hand over."""
    assert rules(judge_conference(replace(IMPLANT, handover_agreed=agreed))) == ["conference.handover"]
    assert judge_conference(replace(GOOD, handover_agreed=agreed)) == []


@given(CASES)
def test_no_decision_is_said_and_asks_for_no_more(case: ConferenceCase) -> None:
    """A conference may be written down before it decides."""
    found = judge_conference(replace(case, decision=None))
    assert [(finding.rule, finding.severity) for finding in found] == [("conference.undecided", Severity.NOTE)]
