"""Step 3 in the clinic: what is so may be written down, what blocks holds when it goes before the team."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, sign_in, text_of
from tests.clinic.steps.helpers import fill_in, known_at, last_record, preview
from tests.clinic.steps.test_tried import BACLOFEN

from thecal.care.candidate import Epilepsy, Fusion
from thecal.care.titration import Origin
from thecal.clinic.actions import start_clock
from thecal.clinic.models import Flag, Stage, StepRecord
from thecal.clinic.steps.assessed import PLACES, entry_name
from thecal.clinic.steps.candidate import candidate_of
from thecal.clinic.worklist import worklist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NO = ("baclofen_allergy", "active_infection", "malnutrition", "pregnant", "kidneys_impaired", "breathing_risk",
      "coagulopathy", "other_device", "brain_injury", "seizures", "psychosis", "dysreflexia", "shunt",
      "abdominal_surgery")  # fmt: skip
YES = ("interferes", "goals_realistic", "refills_committed")
FACTS: dict[str, Any] = {
    **dict.fromkeys(NO, "no"),
    **dict.fromkeys(YES, "yes"),
    "weight_g": "62.5",
    "epilepsy": "none",
    "fusion": "none",
}
EXAMINED: dict[str, Any] = {
    **{entry_name(group, side): "GRADE_4" for group, side in PLACES},
    "variant": "MODIFIED",
    "penn_window": "LAST_DAY",
    "penn_frequency": "OVER_ONE_AN_HOUR",
    "penn_severity": "SEVERE",
    "relies_on_tone": "no",
}
OTHER = {"stretching": "yes", "exercise": "yes", "rehabilitation": "yes", "one_region": "no", "botulinum": "no"}


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands, and the patient is being assessed."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    team.patient.stage = Stage.ASSESSMENT
    team.patient.save()


def record(client: Client, team: Team, sheet: str, entries: dict[str, Any]) -> None:
    """Alice fills in a sheet that must be taken."""
    answer = fill_in(client, team.alice, team.patient, sheet, entries)
    assert answer.status_code == 302, text_of(answer)


def begin(client: Client, team: Team, **facts: Any) -> None:
    """A patient with every sheet before the conference filled in well, but for what is given."""
    record(client, team, "assessment.examination", EXAMINED)
    record(client, team, "tried.oral", BACLOFEN)
    record(client, team, "tried.other", OTHER)
    record(client, team, "candidacy.facts", FACTS | facts)


def forward(client: Client, team: Team, **more: Any) -> Any:
    """The answer to putting the patient before the team."""
    return fill_in(client, team.alice, team.patient, "candidacy.forward", {"summary": "Ready.", **more})


def test_the_case_is_put_together_from_every_record(team: Team, client: Client) -> None:
    """Examination, drugs, what else was tried, the record itself and the answers; each says where it was read."""
    begin(client, team, epilepsy="controlled", fusion="planned", brain_injury="yes", brain_injury_on="2025-03-04")
    candidate = candidate_of(known_at(team.patient, START_MS))
    case = candidate.case
    assert (case.groups_at_4, case.penn_frequency, case.relies_on_tone) == (9, 3, False)
    assert (case.arms, case.legs, case.oral_failed, case.one_region) == (True, True, True, False)
    assert (case.age_years, case.origin, case.weight_g) == (35, Origin.SPINAL, 62_500)
    assert (case.epilepsy, case.fusion, case.brain_injury_days_ago) == (Epilepsy.CONTROLLED, Fusion.PLANNED, 364)
    assert candidate.read_from["groups_at_4"] == "examination, 3\u00a0Mar\u00a02026"
    assert candidate.read_from["oral_failed"].startswith("drugs by mouth")


def test_a_clear_case_goes_before_the_team_with_one_signature(team: Team, client: Client) -> None:
    """Nothing is asked for."""
    begin(client, team)
    assert forward(client, team).status_code == 302
    assert not last_record("candidacy.forward").findings


@pytest.mark.parametrize("name", ["baclofen_allergy", "active_infection"])
def test_what_blocks_is_written_down_and_stops_the_way_to_the_team(team: Team, client: Client, name: str) -> None:
    """The fact is recorded; nobody can go on, whoever signs."""
    begin(client, team, **{name: "yes"})
    assert last_record("candidacy.facts").values[name] is True
    answer = forward(client, team, reason="It is urgent.", second_person="later")
    assert answer.status_code == 422
    assert "a finding blocks this" in text_of(answer)
    assert not StepRecord.objects.filter(sheet="candidacy.forward").exists()


@pytest.mark.parametrize("name", ["psychosis", "other_device", "coagulopathy", "pregnant", "malnutrition"])
@pytest.mark.parametrize("answer", ["yes", ""])
def test_what_may_harm_or_is_not_known_takes_two_people(team: Team, client: Client, name: str, answer: str) -> None:
    """Yes and not known ask alike; until the second has signed nothing rests on it."""
    begin(client, team, **{name: answer})
    assert forward(client, team).status_code == 422
    assert forward(client, team, reason="We have looked at it.", second_person="later").status_code == 302
    assert known_at(team.patient, START_MS).latest("candidacy.forward") is None


def test_a_flag_on_the_record_outlives_an_answer_that_says_otherwise(team: Team, client: Client) -> None:
    """Kidneys, breathing and reliance on tone."""
    begin(client, team)
    team.patient.flags = [Flag.RENAL, Flag.BREATHING_RISK, Flag.RELIES_ON_TONE]
    team.patient.save()
    case = candidate_of(known_at(team.patient, START_MS)).case
    assert (case.kidneys_impaired, case.breathing_risk, case.relies_on_tone) == (True, True, True)


def test_an_empty_record_is_unknown_everywhere(team: Team) -> None:
    """But for age and origin, which the record holds."""
    case = candidate_of(known_at(team.patient, START_MS)).case
    known = {name: value for name in case.__dataclass_fields__ if (value := getattr(case, name)) is not None}
    assert known == {"age_years": 35, "origin": Origin.SPINAL}


@pytest.mark.parametrize(
    ("grades", "groups", "arms"),
    [
        ({"knee_flexors_left": "GRADE_4", "elbow_flexors_right": "GRADE_4"}, 2, True),
        ({"knee_flexors_left": "GRADE_4", "knee_flexors_right": "GRADE_4"}, None, None),
        ({"knee_flexors_left": "GRADE_3"}, None, None),
        ({"elbow_flexors_right": "GRADE_1"}, None, True),
        ({"elbow_flexors_right": "GRADE_0"}, None, None),
    ],
)
def test_what_was_not_examined_is_not_counted_as_loose(
    team: Team, client: Client, grades: dict[str, str], groups: int | None, arms: bool | None
) -> None:
    """One group on both sides is one group; below two, those that nobody examined could change it."""
    record(client, team, "assessment.examination", {"variant": "MODIFIED", **grades})
    case = candidate_of(known_at(team.patient, START_MS)).case
    assert (case.groups_at_4, case.arms) == (groups, arms)


def test_of_spinal_origin_only_baclofen_counts_as_tried(team: Team, client: Client) -> None:
    """Of cerebral origin any drug does."""
    record(client, team, "tried.oral", BACLOFEN | {"drug": "tizanidine"})
    assert candidate_of(known_at(team.patient, START_MS)).case.oral_failed is None
    team.patient.origin = "cerebral"
    assert candidate_of(known_at(team.patient, START_MS)).case.oral_failed is True


def test_the_page_shows_for_against_and_missing_side_by_side_with_sources(team: Team, client: Client) -> None:
    """And what is often taken for a reason; a block is marked."""
    begin(client, team, baclofen_allergy="yes", psychosis="", shunt="yes")
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "candidacy"])))
    for says in (
        "Speaks for it", "Ashworth 4 or more in 9 muscle groups and Penn frequency 3.", "Speaks against it",
        "<strong>Blocks.</strong> Allergic to baclofen.", "Nobody knows", "Not known: psychosis or confusion.",
        "and is none", "a shunt", "doi 10.1111/ner.12447", "On record: examination, 3 Mar 2026", "<em>label</em>",
    ):  # fmt: skip
        assert says in page, says


def test_findings_stand_beside_entries_that_are_on_the_form(team: Team, client: Client) -> None:
    """What another sheet asks has no entry here to lead to."""
    panel = text_of(preview(client, team.alice, team.patient, "candidacy.facts", {"psychosis": "yes"}))
    assert 'href="#id_psychosis"' in panel
    assert "#id_groups_at_4" not in panel
    assert 'data-asks=""' in panel


def test_answers_on_record_stand_again_but_for_those_that_change(team: Team, client: Client) -> None:
    """Allergy, infection, pregnancy and weight are asked anew, and an old no is not taken for one."""
    begin(client, team)
    page = text_of(client.get(reverse("sheet", args=[team.patient.pk, "candidacy", "facts"])))
    chosen = set(re.findall(r'name="(\w+)" value="no"[^>]*checked', page))
    assert chosen == set(NO) - {"baclofen_allergy", "active_infection", "pregnant"}
    assert "62.5" not in page


def test_the_worklist_leads_from_the_examination_to_the_team(team: Team, client: Client) -> None:
    """One thing after the other, and nothing while something blocks."""

    def asked() -> set[str]:
        return {item.what for item in worklist([team.patient], now_ms=START_MS)}

    record(client, team, "assessment.examination", EXAMINED)
    assert {"Write down what was tried", "Ask what speaks for and against a pump"} <= asked()
    begin(client, team, active_infection="yes")
    assert not {"Put before the team", "Write down what was tried", "Ask what speaks for and against a pump"} & asked()
    record(client, team, "candidacy.facts", FACTS)
    assert "Put before the team" in asked()
    forward(client, team)
    assert "Put before the team" not in asked()


def test_a_pharmacist_answers_and_does_not_put_before_the_team(team: Team, client: Client) -> None:
    """Facts are everybody's."""
    assert fill_in(client, team.phil, team.patient, "candidacy.facts", FACTS).status_code == 302
    assert fill_in(client, team.phil, team.patient, "candidacy.forward", {"summary": "x"}).status_code == 403


def test_what_everybody_must_know_goes_to_the_header_and_is_taken_back(team: Team, client: Client) -> None:
    """Kidneys, breathing and the allergy; a correction removes what it corrects and nothing else."""
    team.patient.allergies, team.patient.flags = "latex", [Flag.T6_OR_ABOVE]
    team.patient.save()
    worse = {"kidneys_impaired": "yes", "breathing_risk": "yes", "baclofen_allergy": "yes"}
    record(client, team, "candidacy.facts", FACTS | worse)
    team.patient.refresh_from_db()
    assert team.patient.allergies == "latex, baclofen"
    assert team.patient.flags == [Flag.T6_OR_ABOVE, Flag.RENAL, Flag.BREATHING_RISK]
    wrong = last_record("candidacy.facts")
    record(client, team, "candidacy.facts", FACTS | {"breathing_risk": "yes", "corrects": wrong.pk})
    team.patient.refresh_from_db()
    assert team.patient.allergies == "latex"
    assert team.patient.flags == [Flag.T6_OR_ABOVE, Flag.BREATHING_RISK]


@pytest.mark.parametrize(("before", "after"), [("none known", "baclofen"), ("", "baclofen"), ("Baclofen", "baclofen")])
def test_an_allergy_is_named_once(team: Team, client: Client, before: str, after: str) -> None:
    """None known is no longer so."""
    team.patient.allergies = before
    team.patient.save()
    record(client, team, "candidacy.facts", FACTS | {"baclofen_allergy": "yes"})
    team.patient.refresh_from_db()
    assert team.patient.allergies == after


@pytest.mark.parametrize(("answer", "expected"), [("", True), ("no", False), ("yes", True)])
def test_an_allergy_on_the_record_counts_until_it_is_asked(
    team: Team, client: Client, answer: str, expected: bool
) -> None:
    """Who leaves it open does not pass it by."""
    team.patient.allergies = "Baclofen (rash, 2012)"
    team.patient.save()
    record(client, team, "candidacy.facts", FACTS | {"baclofen_allergy": answer})
    assert candidate_of(known_at(team.patient, START_MS)).case.baclofen_allergy is expected
