"""Calls: written down in one go, never less urgent than the answers, settled once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import Team, make_heard, sign_in, text_of

from thecal.clinic.models import AlarmHeard, Answer, Call, CallUrgency
from thecal.clinic.triage import at_least, triage

NOT_KNOWN = Answer.UNKNOWN


def _answers(team: Team, **changed: Any) -> dict[str, Any]:
    quiet = {"stiff": "no", "itch": "no", "sleepy": "no", "breathing": "no", "fever": "no", "alarm_heard": "none"}
    rest = {"patient": team.patient.pk, "caller": "Ana, his mother", "words": "", "urgency": "next_visit"}
    return quiet | rest | changed


@pytest.mark.parametrize(
    ("answers", "urgency"),
    [
        ({}, CallUrgency.NEXT_VISIT),
        ({"breathing": Answer.YES}, CallUrgency.NOW),
        ({"sleepy": Answer.YES}, CallUrgency.NOW),
        ({"fever": Answer.YES}, CallUrgency.NOW),
        ({"stiff": Answer.YES, "itch": Answer.YES}, CallUrgency.NOW),
        ({"alarm_heard": AlarmHeard.TWO_TONE}, CallUrgency.NOW),
        ({"stiff": Answer.YES}, CallUrgency.TODAY),
        ({"itch": Answer.YES}, CallUrgency.TODAY),
        ({"alarm_heard": AlarmHeard.SINGLE}, CallUrgency.TODAY),
        ({"alarm_heard": AlarmHeard.UNKNOWN}, CallUrgency.TODAY),
        ({"sleepy": NOT_KNOWN}, CallUrgency.TODAY),
        ({"breathing": NOT_KNOWN}, CallUrgency.TODAY),
    ],
)
def test_answers_set_the_least_urgency_and_say_why(answers: dict[str, Any], urgency: CallUrgency) -> None:
    """The red flags that patients are taught (see thecal.clinic.triage); unknown is not no."""
    found = triage(make_heard(**answers))
    assert found.urgency is urgency
    assert bool(found.why) == bool(answers)


def test_a_person_may_judge_it_more_urgent_never_less() -> None:
    """The more urgent of the two stands."""
    assert at_least(CallUrgency.NOW, CallUrgency.NEXT_VISIT) is CallUrgency.NOW
    assert at_least(CallUrgency.NEXT_VISIT, CallUrgency.NOW) is CallUrgency.NOW


def test_a_call_is_written_down_and_says_what_to_do(team: Team, client: Client) -> None:
    """The nurse lands on a page that begins with the action."""
    sign_in(client, team.bob)
    given = _answers(team, stiff="yes", itch="yes", words="he is stiff and itching")
    response = client.post(reverse("new_call"), given, follow=True)
    call = Call.objects.get()
    assert (call.urgency, call.by, call.patient) == (CallUrgency.NOW, team.bob, team.patient)
    page = text_of(response)
    assert "Act now" in page
    assert reverse("too_little") in page
    assert "he is stiff and itching" in page


def test_what_is_missing_is_listed_on_top_and_linked(team: Team, client: Client) -> None:
    """Nothing is written, and what was typed stays."""
    given = _answers(team, caller="", words="kept words")
    del given["breathing"]
    response = sign_in(client, team.bob).post(reverse("new_call"), given)
    page = text_of(response)
    assert response.status_code == 422
    assert '<a href="#id_caller">' in page
    assert '<a href="#id_breathing">' in page
    assert 'id="id_breathing"' in page
    assert "kept words" in page
    assert not Call.objects.exists()


def test_the_patient_is_chosen_by_more_than_a_name(team: Team, client: Client) -> None:
    """Name, date of birth, record number; preset when the call is begun from the patient's page."""
    page = text_of(sign_in(client, team.bob).get(reverse("new_call"), {"patient": team.patient.pk}))
    assert f"Pat Example, born 17 May 1990, {team.patient.record_number}" in page
    assert f'<option value="{team.patient.pk}" selected>' in page


def test_settling_says_what_was_done_and_only_once(team: Team, client: Client) -> None:
    """The second attempt is told so."""
    sign_in(client, team.bob)
    client.post(reverse("new_call"), _answers(team))
    call = Call.objects.get()
    address = reverse("settle_call", args=[call.pk])
    assert client.post(address, {"words": ""}).status_code == 422
    assert client.post(address, {"words": "Seen in clinic."}).headers["Location"] == reverse("worklist")
    assert client.post(address, {"words": "Again."}).status_code == 409
    call.refresh_from_db()
    assert (call.settled_words, call.settled_by) == ("Seen in clinic.", team.bob)


def test_settling_rejects_get(team: Team, client: Client) -> None:
    """Reading changes nothing."""
    sign_in(client, team.bob)
    client.post(reverse("new_call"), _answers(team))
    assert client.get(reverse("settle_call", args=[Call.objects.get().pk])).status_code == 405


def test_a_callers_words_are_text(team: Team, client: Client) -> None:
    """Markup in an entry is shown, never run."""
    sign_in(client, team.bob)
    response = client.post(reverse("new_call"), _answers(team, words="<script>alert(1)</script>"), follow=True)
    assert "<script>alert" not in text_of(response)
    assert "&lt;script&gt;alert" in text_of(response)
