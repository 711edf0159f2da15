"""What is weighed: with sources for the team, and for the patient in one shape whatever the answer is."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from tests.care.test_candidacy import CASES, CLEAR, NO, YES
from tests.house.test_citations import leads

from thecal.care.candidate import CandidacyCase, Epilepsy, Fusion
from thecal.care.weighing import NOT_KNOWN, for_the_patient, weigh

VERDICT = re.compile(
    r"\b(yes|no|candidate|suitable|unsuitable|recommend\w*|should|must|cannot|can't|refuse\w*|approv\w*|eligib\w*"
    r"|unfortunately|accept\w*|reject\w*|qualif\w*|against|speaks?|block\w*|allowed|forbidden|ideal|decid\w*)\b",
    re.IGNORECASE,
)


@given(CASES)
def test_every_point_says_something_and_can_be_followed(case: CandidacyCase) -> None:
    """For, against, missing and no obstacle: each with its source and its grade."""
    weighed = weigh(case)
    for point in (*weighed.speaks_for, *weighed.speaks_against, *weighed.missing, *weighed.no_obstacle):
        assert point.says
        assert point.grade
        assert leads(point.source), point
        assert point.source.startswith(("general knowledge", "Thecal's own")) is (point.grade == "assumed")


@given(CASES)
def test_what_is_missing_speaks_for_nothing_and_against_nothing(case: CandidacyCase) -> None:
    """An unknown entry stands under missing alone."""
    weighed = weigh(case)
    for point in (*weighed.speaks_for, *weighed.no_obstacle):
        assert getattr(case, point.field) is not None or point.field == "groups_at_4"
    missing = {point.field for point in weighed.missing}
    assert all(getattr(case, field) is None for field in missing)
    assert not missing & {point.field for point in weighed.speaks_against}


def test_nobody_known_is_all_missing() -> None:
    """An empty record speaks for nothing and against nothing."""
    weighed = weigh(CandidacyCase())
    assert weighed.speaks_for == weighed.speaks_against == weighed.no_obstacle == ()
    assert len(weighed.missing) > 15


def test_a_clear_and_severe_case_has_its_points_for() -> None:
    """Severity, arms and legs, drugs, burden, goals and refills, each once."""
    weighed = weigh(CLEAR)
    assert [point.field for point in weighed.speaks_for] == [
        "groups_at_4", "oral_failed", "interferes", "arms", "goals_realistic", "refills_committed",
    ]  # fmt: skip
    assert weighed.speaks_against == weighed.missing == ()


@pytest.mark.parametrize("name", ["baclofen_allergy", "active_infection", "psychosis"])
def test_a_block_is_marked_among_the_points_against(name: str) -> None:
    """Allergy and infection are; psychosis is weighed."""
    changed: dict[str, Any] = {name: True}
    (point,) = weigh(replace(CLEAR, **changed)).speaks_against
    assert point.blocks is (name != "psychosis")


@given(CASES)
def test_the_patient_reads_the_same_questions_in_the_same_order_whatever_the_answers(case: CandidacyCase) -> None:
    """The shape tells nothing: only the record's own words differ."""
    asked = [(each.field, each.asks) for each in for_the_patient(CandidacyCase())]
    assert [(each.field, each.asks) for each in for_the_patient(case)] == asked


@given(CASES)
def test_no_sentence_for_the_patient_holds_a_verdict(case: CandidacyCase) -> None:
    """No yes, no no, no word that decides."""
    for each in for_the_patient(case):
        assert not VERDICT.search(each.asks), each
        assert not VERDICT.search(each.in_record), each


@pytest.mark.parametrize("words", ["You should have it.", "No.", "Yes, it is suitable.", "This speaks against it."])
def test_a_verdict_would_be_found(words: str) -> None:
    """The pattern is no sieve without a mesh."""
    assert VERDICT.search(words)


def test_what_is_not_known_is_said_so_to_the_patient() -> None:
    """For every question."""
    assert {each.in_record for each in for_the_patient(CandidacyCase())} == {NOT_KNOWN}


def test_either_answer_is_told_in_about_as_many_words() -> None:
    """One side of an answer is no longer than the other: nothing is argued."""
    here = {each.field: each.in_record for each in for_the_patient(CLEAR)}
    answers: dict[str, Any] = {**dict.fromkeys(NO, True), **dict.fromkeys(YES, False)}
    turned = replace(CLEAR, fusion=Fusion.DONE, epilepsy=Epilepsy.CONTROLLED, **answers)
    there = {each.field: each.in_record for each in for_the_patient(turned)}
    for field, words in here.items():
        assert abs(len(words.split()) - len(there[field].split())) <= 4, field


def test_the_patient_s_sentences_are_short() -> None:
    """A twelve-year-old can read them: at most fourteen words each."""
    for each in (*for_the_patient(CLEAR), *for_the_patient(CandidacyCase())):
        for sentence in re.split(r"(?<=[.?])\s", f"{each.asks} {each.in_record}"):
            assert len(sentence.split()) <= 14, sentence


@pytest.mark.parametrize(
    ("groups", "penn", "team", "patient"),
    [
        (2, 3, "Ashworth 4 or more in 2 muscle groups and Penn frequency 3.",
         "Very stiff groups of muscles: 2. Spasms, from 0 to 4: 3."),
        (None, 3, "Penn frequency 3.", "Spasms, from 0 to 4: 3."),
        (2, None, "Ashworth 4 or more in 2 muscle groups.", "Very stiff groups of muscles: 2."),
        (None, None, None, NOT_KNOWN),
    ],
)  # fmt: skip
def test_severity_is_told_as_far_as_it_was_measured(
    groups: int | None, penn: int | None, team: str | None, patient: str
) -> None:
    """To the team and to the patient."""
    case = CandidacyCase(groups_at_4=groups, penn_frequency=penn)
    assert [point.says for point in weigh(case).speaks_for] == ([team] if team else [])
    assert {each.field: each.in_record for each in for_the_patient(case)}["groups_at_4"] == patient


@pytest.mark.parametrize(
    ("injured", "days", "told"),
    [
        (None, None, NOT_KNOWN),
        (False, None, "Your brain was not injured in an accident."),
        (True, None, "Your brain was injured; when is not known yet."),
        (True, 0, "It was injured 0 days ago."),
        (True, 400, "It was injured 400 days ago."),
    ],
)
def test_an_injury_of_the_brain_is_told_with_its_time(injured: bool | None, days: int | None, told: str) -> None:
    """Or that nobody knows it."""
    case = CandidacyCase(brain_injury=injured, brain_injury_days_ago=days)
    assert {each.field: each.in_record for each in for_the_patient(case)}["brain_injury"] == told


@pytest.mark.parametrize(
    ("years", "grams", "told"),
    [
        (None, None, NOT_KNOWN),
        (7, None, "7 years."),
        (None, 20_500, "20.5\u00a0kg."),
        (0, 3_000, "0 years, 3\u00a0kg."),
    ],
)
def test_age_and_size_are_told_as_far_as_they_are_known(years: int | None, grams: int | None, told: str) -> None:
    """Either alone is told too."""
    case = CandidacyCase(age_years=years, weight_g=grams)
    assert {each.field: each.in_record for each in for_the_patient(case)}["age_years"] == told
