"""What my team will weigh: the record beside the questions, for the person at home, without a verdict."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.care.test_weighing import VERDICT
from tests.clinic.helpers import START_MS, Team, at, sign_in, text_of
from tests.clinic.steps.test_candidacy import begin

from thecal.care.coverage import ASK_THE_INSURER, CALL_FIRST
from thecal.care.weighing import NOT_KNOWN, for_the_patient
from thecal.clinic.actions import start_clock
from thecal.clinic.models import Person, Stage
from thecal.clinic.steps.candidate import candidate_of
from thecal.clinic.steps.known import known_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands, and the patient is being assessed."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    team.patient.stage = Stage.ASSESSMENT
    team.patient.save()


def page_of(client: Client, person: Person) -> str:
    """The page as this person sees it."""
    return text_of(sign_in(client, person).get(reverse("own_weigh")))


def listed(page: str) -> list[tuple[str, str]]:
    """(question, what the record holds), in order."""
    return re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)


def test_the_page_tells_what_the_record_holds(team: Team, client: Client) -> None:
    """Every question with its answer, as care words them."""
    begin(client, team, baclofen_allergy="yes", fusion="planned", psychosis="")
    case = candidate_of(known_of(team.patient, now_ms=START_MS)).case
    expected = [(each.asks, each.in_record.replace("\u00a0", " ")) for each in for_the_patient(case)]
    found = listed(page_of(client, team.pat))
    assert found == expected
    assert ("Are you allergic to baclofen? It is the drug in the pump.", "You are allergic to it.") in found
    assert dict(found)["Is your spine fused, or will it be? The thin tube goes into your back."].startswith("An op")


def test_the_carer_sees_the_same_and_another_patient_their_own(team: Team, client: Client) -> None:
    """One record each."""
    begin(client, team, baclofen_allergy="yes")
    assert listed(page_of(client, team.oda)) == listed(page_of(client, team.pat))
    others = dict(listed(page_of(client, team.charlie)))
    assert others["Are you allergic to baclofen? It is the drug in the pump."] == NOT_KNOWN


@pytest.mark.parametrize("allergy", ["yes", "no", ""])
def test_whatever_the_record_holds_the_page_gives_no_verdict(team: Team, client: Client, allergy: str) -> None:
    """What differs is the record's own sentence, and nothing else on the page."""
    begin(client, team, baclofen_allergy=allergy)
    page = page_of(client, team.pat)
    for asks, told in listed(page):
        assert not VERDICT.search(asks)
        assert not VERDICT.search(told)
    frame = re.sub(r"<dd>.*?</dd>", "", page)
    begin(client, team, baclofen_allergy="yes" if allergy != "yes" else "no")
    assert bare(re.sub(r"<dd>.*?</dd>", "", page_of(client, team.pat))) == bare(frame)


def test_baclofen_is_never_stopped_at_once(team: Team, client: Client) -> None:
    """It is said here too, whatever the record holds."""
    assert "Never stop baclofen at once." in page_of(client, team.charlie)


def test_the_insurer_is_called_first(team: Team, client: Client) -> None:
    """With the questions to ask."""
    page = page_of(client, team.pat)
    for says in (CALL_FIRST, *ASK_THE_INSURER):
        assert says in page


def bare(page: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"', "", page)
