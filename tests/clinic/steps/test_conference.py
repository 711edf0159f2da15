"""Step 4 in the clinic: views, dissent, blocks that stand, and where the decision leads."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, make_implant, sign_in, text_of
from tests.clinic.steps.helpers import fill_in, known_at, last_record, preview
from tests.clinic.steps.test_candidacy import begin, forward, record

from thecal.clinic.actions import start_clock
from thecal.clinic.models import Stage, StepRecord
from thecal.clinic.steps.conference import STAGES, case_of
from thecal.clinic.worklist import worklist
from thecal.units import DAY_MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WHO = ("physician", "nurse", "therapist", "surgeon", "pharmacist", "patient")
VIEWS: dict[str, Any] = dict.fromkeys((f"{who}_stance" for who in WHO), "go_on")
GOOD: dict[str, Any] = {
    **VIEWS,
    "goals_agreed": "yes",
    "goals_words": "To sit through a meal.",
    "decision": "screening_test",
    "why": "It may help.",
}


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands, and the patient is being assessed."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    team.patient.stage = Stage.ASSESSMENT
    team.patient.save()


@pytest.fixture
def ready(clock: None, team: Team, client: Client) -> None:
    """A clear case, put before the team."""
    begin(client, team)
    assert forward(client, team, conference_on="2026-03-10").status_code == 302


def decide(client: Client, team: Team, **changed: Any) -> Any:
    """The answer to a conference."""
    return fill_in(client, team.alice, team.patient, "conference.decision", GOOD | changed)


def stage_of(team: Team) -> str:
    """Where the patient is now."""
    team.patient.refresh_from_db()
    return team.patient.stage


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("decision", ["screening_test", "not_now", "not_a_candidate"])
def test_the_decision_says_where_the_patient_is(team: Team, client: Client, decision: str) -> None:
    """To the test, to wait, or no pump; who wanted otherwise is answered."""
    other = {f"{who}_stance": "unsure" for who in WHO} if decision != "screening_test" else {}
    assert decide(client, team, decision=decision, **other).status_code == 302
    assert stage_of(team) == STAGES[decision]


@pytest.mark.usefixtures("ready")
def test_an_implant_without_a_test_waits_for_a_second_person(team: Team, client: Client) -> None:
    """The stage follows only once somebody else has signed."""
    implant = {"decision": "implant", "handover_agreed": "yes"}
    assert decide(client, team, **implant).status_code == 422
    signed = {"reason": "Advanced cancer, no time.", "second_person": "later"}
    assert decide(client, team, **implant, **signed).status_code == 302
    assert stage_of(team) == Stage.ASSESSMENT
    sign_in(client, team.bob).post(reverse("sign_record", args=[last_record("conference.decision").pk]))
    assert stage_of(team) == Stage.BEFORE_IMPLANT


def test_what_blocks_a_candidate_blocks_the_team(team: Team, client: Client) -> None:
    """Going on is refused, whoever signs; not now is taken."""
    begin(client, team, active_infection="yes")
    signed = {"reason": "We want to go on.", "second_person": "later"}
    answer = decide(client, team, **signed)
    assert answer.status_code == 422
    assert "There is an active infection." in text_of(answer)
    assert not StepRecord.objects.filter(sheet="conference.decision").exists()
    waiting = {f"{who}_stance": "not" for who in WHO}
    assert decide(client, team, decision="not_now", **waiting).status_code == 302


@pytest.mark.usefixtures("ready")
def test_candidacy_that_changed_since_is_not_passed_by(team: Team, client: Client) -> None:
    """New answers go before the team again, or a second person signs."""
    assert case_of({}, known_at(team.patient, START_MS)).put_forward is True
    begin(client, team, psychosis="yes")
    assert case_of({}, known_at(team.patient, START_MS)).put_forward is False
    assert decide(client, team).status_code == 422


@pytest.mark.usefixtures("ready")
def test_dissent_is_written_and_answered_and_shown(team: Team, client: Client) -> None:
    """Without words two people are asked for; with both it is on the page."""
    against = {"therapist_stance": "not"}
    assert decide(client, team, **against).status_code == 422
    said = against | {"therapist_why": "She stands by her tone.", "therapist_answer": "We test at 25 mcg."}
    assert decide(client, team, **said).status_code == 302
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "conference"])))
    for says in ("Would not", "She stands by her tone.", "We test at 25 mcg.", "disagreed: therapist"):
        assert says in page


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("who", WHO)
def test_who_was_not_heard_is_said(team: Team, client: Client, who: str) -> None:
    """With a link to the entry; the patient's view asks for more than the others."""
    panel = text_of(preview(client, team.alice, team.patient, "conference.decision", GOOD | {f"{who}_stance": ""}))
    assert f'href="#id_{who}_stance"' in panel
    assert f'data-asks="{"second" if who == "patient" else "reason"}"' in panel


@pytest.mark.usefixtures("ready")
def test_a_patient_who_has_a_pump_stays_where_they_are(team: Team, client: Client) -> None:
    """A conference about something else moves nobody."""
    make_implant(team.patient)
    record(client, team, "conference.decision", GOOD)
    assert stage_of(team) == Stage.ASSESSMENT


@pytest.mark.usefixtures("ready")
def test_the_worklist_calls_the_conference_and_calls_it_again(team: Team, client: Client) -> None:
    """On the day that was named; overdue it is urgent; after a decision only where a day was named."""

    def item(now_ms: int) -> tuple[str, str] | None:
        found = [each for each in worklist([team.patient], now_ms=now_ms) if "conference" in each.url]
        return (found[0].what, found[0].urgency.word) if found else None

    assert item(START_MS) == ("Hold the team conference", "Planned")
    assert item(START_MS + 8 * DAY_MS) == ("Hold the team conference", "Today")
    waiting = {f"{who}_stance": "unsure" for who in WHO}
    record(client, team, "conference.decision", GOOD | waiting | {"decision": "not_now", "again_on": "2026-06-01"})
    assert item(START_MS) == ("Look again at the decision", "Planned")
    record(client, team, "conference.decision", GOOD)
    assert item(START_MS) is None


def test_a_pharmacist_reads_and_does_not_record_the_conference(team: Team, client: Client) -> None:
    """Four roles write it down."""
    assert fill_in(client, team.phil, team.patient, "conference.decision", GOOD).status_code == 403
    address = reverse("step", args=[team.patient.pk, "conference"])
    assert sign_in(client, team.phil).get(address).status_code == 200
