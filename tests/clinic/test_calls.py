"""Calls: written down in one go, never less urgent than the answers, settled once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import NOW, START_MS, Team, at, make_heard, make_implant, read_pump, sign_in, text_of

from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.actions import record_call, record_fill, record_read_out
from thecal.clinic.clock import Now
from thecal.clinic.hearing import LastRefill, at_least, heard_in, judge, with_record
from thecal.clinic.models import AlarmHeard, Answer, Call, CallUrgency, Implant
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

NOT_KNOWN = Answer.UNKNOWN


def _answers(team: Team, **changed: Any) -> dict[str, Any]:
    quiet = {"stiff": "no", "itch": "no", "sleepy": "no", "breathing": "no", "fever": "no", "alarm_heard": "none"}
    rest = {"patient": team.patient.pk, "caller": "Ana, his mother", "words": "", "urgency": "next_visit"}
    return quiet | rest | {"last_refill": "kept", "since": ""} | changed


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
        ({"fever": NOT_KNOWN}, CallUrgency.TODAY),
        ({"stiff": NOT_KNOWN}, CallUrgency.TODAY),
        ({"last_refill": LastRefill.UNKNOWN}, CallUrgency.TODAY),
        ({"last_refill": LastRefill.MISSED}, CallUrgency.NOW),
        ({"alarm_heard": None}, CallUrgency.TODAY),
    ],
)
def test_answers_set_the_least_urgency_and_say_why(answers: dict[str, Any], urgency: CallUrgency) -> None:
    """As the rules of care say (tests/care/test_calls.py); unknown is not no."""
    found = judge(make_heard(**answers), None, received_ms=0)
    assert found.urgency is urgency
    assert bool(found.findings) == bool(found.advice) == bool(answers)


@pytest.mark.parametrize(
    ("chosen", "wait_ms"),
    [(CallUrgency.NOW, 15 * MINUTE_MS), (CallUrgency.TODAY, 4 * HOUR_MS), (CallUrgency.NEXT_VISIT, 7 * DAY_MS)],
)
def test_who_takes_the_call_may_want_it_sooner(chosen: CallUrgency, wait_ms: int) -> None:
    """Calling back follows the more urgent of the two judgements."""
    assert judge(make_heard(), None, received_ms=5, chosen=chosen).call_back_ms == 5 + wait_ms
    red = judge(make_heard(breathing=Answer.YES), None, received_ms=5, chosen=chosen)
    assert (red.urgency, red.call_back_ms) == (CallUrgency.NOW, 5 + 15 * MINUTE_MS)


@pytest.mark.parametrize("offset_ms", [-DAY_MS, -1, 0, 1, DAY_MS])
def test_the_record_knows_an_overdue_refill_whatever_the_caller_says(team: Team, offset_ms: int) -> None:
    """From the low-reservoir date on; before it, the date answers only where the caller could not."""
    implant = make_implant(team.patient)
    read_out = record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.bob, now=NOW)
    low_ms = read_out.read().low_reservoir_ms
    assert low_ms is not None
    late = offset_ms >= 0
    said = {
        refill: with_record(make_heard(last_refill=refill), team.patient, now_ms=low_ms + offset_ms).last_refill
        for refill in LastRefill
    }
    missed, kept = LastRefill.MISSED, LastRefill.KEPT
    assert said[kept] is (missed if late else kept)
    assert said[LastRefill.UNKNOWN] is (missed if late else kept)
    assert said[missed] is missed


def test_without_a_pump_no_refill_is_missed_and_without_a_read_out_it_is_not_known(team: Team) -> None:
    """Nothing to refill is an answer; a pump that was never read is none."""
    unknown = make_heard(last_refill=LastRefill.UNKNOWN)
    assert with_record(unknown, team.patient, now_ms=START_MS).last_refill is LastRefill.KEPT
    make_implant(team.patient)
    assert with_record(unknown, team.patient, now_ms=START_MS).last_refill is LastRefill.UNKNOWN
    assert with_record(unknown, None, now_ms=START_MS).last_refill is LastRefill.UNKNOWN


def _fill(team: Team, implant: Implant, now: Now) -> None:
    record_fill(
        implant=implant,
        at_ms=now.clinic_ms,
        volume_nl=18_000_000,
        concentration_pg_per_nl=500,
        residual_expected_nl=None,
        residual_withdrawn_nl=None,
        acting=team.bob,
        now=now,
    )


def test_signs_soon_after_a_refill_say_so_for_ever(team: Team) -> None:
    """The fill before the call counts, also when another one follows."""
    implant = make_implant(team.patient)
    _fill(team, implant, NOW)
    call = record_call(
        patient=team.patient,
        caller="Ana",
        words="",
        heard=make_heard(stiff=Answer.YES),
        urgency=CallUrgency.NEXT_VISIT,
        acting=team.bob,
        now=at(START_MS + DAY_MS),
    )
    _fill(team, implant, at(START_MS + 2 * DAY_MS))
    judged = judge(heard_in(call), team.patient, received_ms=call.received_ms)
    assert "call.after_refill" in [finding.rule for finding in judged.findings]


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


def test_a_call_keeps_since_when_the_advice_and_by_when_to_ring_back(team: Team, client: Client) -> None:
    """What was read out to the caller is kept word for word, with what was added."""
    given = _answers(team, itch="yes", since="since this morning", told="on", advice="Check the skin.")
    page = text_of(sign_in(client, team.bob).post(reverse("new_call"), given, follow=True))
    call = Call.objects.get()
    assert call.since == "since this morning"
    assert call.advice.startswith("Have the pump read today.")
    assert call.advice.endswith("Check the skin.")
    assert call.last_refill == LastRefill.KEPT
    assert call.call_back_ms == call.received_ms + 4 * HOUR_MS
    assert "since this morning" in page
    assert "Call back by" in page


def test_advice_that_was_not_given_is_not_on_record(team: Team, client: Client) -> None:
    """An unticked box keeps nothing, and the page says so."""
    page = text_of(sign_in(client, team.bob).post(reverse("new_call"), _answers(team, itch="yes"), follow=True))
    assert Call.objects.get().advice == ""
    assert "none written down" in page


def test_the_least_urgency_stands_beside_a_half_filled_form(team: Team, client: Client) -> None:
    """With by when to ring back, what to say, and what is still to be asked; nothing is written."""
    sign_in(client, team.bob)
    first = text_of(client.post(reverse("judge_call"), {"patient": team.patient.pk}))
    assert "Today" in first
    assert "Not known: how they breathe" in first
    red = text_of(client.post(reverse("judge_call"), {"patient": team.patient.pk, "breathing": "yes"}))
    assert "Now" in red
    assert "Ring the emergency number now" in red
    assert reverse("too_much") in red
    quiet = text_of(client.post(reverse("judge_call"), _answers(team)))
    assert "Next visit" in quiet
    assert "none on record" in quiet
    assert not Call.objects.exists()


def test_the_panel_shows_when_the_refill_is_due(team: Team, client: Client) -> None:
    """So that nobody has to open another page while the caller waits."""
    implant = make_implant(team.patient)
    record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.bob, now=NOW)
    page = text_of(sign_in(client, team.bob).post(reverse("judge_call"), {"patient": team.patient.pk}))
    assert "Low-reservoir date" in page
    assert "Last read" in page


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


def test_a_call_and_a_fill_keep_the_version_of_the_rules_they_were_judged_by(team: Team, client: Client) -> None:
    """So that years later it can be told which rules said so; the call's page shows it."""
    sign_in(client, team.bob)
    client.post(reverse("new_call"), _answers(team))
    call = Call.objects.get()
    assert call.rules_version == RULES_VERSION
    assert f"version {RULES_VERSION} of the rules" in text_of(client.get(reverse("call", args=[call.pk])))
    fill = record_fill(
        implant=make_implant(team.patient),
        at_ms=START_MS,
        volume_nl=18_000_000,
        concentration_pg_per_nl=500,
        residual_expected_nl=None,
        residual_withdrawn_nl=None,
        acting=team.bob,
        now=NOW,
    )
    assert fill.rules_version == RULES_VERSION
