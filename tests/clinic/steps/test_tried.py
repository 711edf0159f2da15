"""Step 2 in the clinic: a drug by mouth as it was taken, and what stands beside baclofen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, sign_in, text_of
from tests.clinic.steps.helpers import fill_in, known_at, last_record, preview

from thecal.care.oral_drugs import NEVER_STOP_AT_ONCE, Drug
from thecal.care.tried import Effect, Ended
from thecal.clinic.actions import start_clock
from thecal.clinic.steps.tried import OralForm, oral_cases
from thecal.units import PG_PER_MG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BACLOFEN: dict[str, Any] = {
    "drug": "baclofen",
    "dose_pg_per_day": "60",
    "weeks": "12",
    "effect": "too_little",
    "drowsiness": "yes",
    "dizziness": "no",
    "weakness": "no",
    "nausea": "no",
    "headache": "no",
    "unbearable": "yes",
    "ended": "still_taken",
}


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))


def test_a_drug_is_kept_in_picograms_and_read_back_as_care_judges_it(team: Team, client: Client) -> None:
    """60 mg a day, twelve weeks, too little, drowsy."""
    assert fill_in(client, team.bob, team.patient, "tried.oral", BACLOFEN).status_code == 302
    (case,) = oral_cases(known_at(team.patient, START_MS))
    assert case.drug is Drug.BACLOFEN
    assert case.dose_pg_per_day == 60 * PG_PER_MG
    assert (case.weeks, case.effect, case.ended, case.age_years) == (12, Effect.TOO_LITTLE, Ended.STILL_TAKEN, 35)
    assert (case.drowsiness, case.dizziness, case.unbearable) == (True, False, True)


@pytest.mark.parametrize("typed", ["7.5", "0.25", "60", "3600"])
def test_a_dose_by_mouth_is_shown_and_typed_again_as_it_was(team: Team, client: Client, typed: str) -> None:
    """In milligrams a day, also on the table of the step."""
    fill_in(client, team.bob, team.patient, "tried.oral", BACLOFEN | {"drug": "gabapentin", "dose_pg_per_day": typed})
    values = last_record("tried.oral").values
    again = OralForm(known=known_at(team.patient, START_MS), values=values).initial["dose_pg_per_day"]
    assert float(again) == float(typed)
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "tried"])))
    assert f"{typed} mg/day" in page


def test_the_danger_of_stopping_stands_beside_baclofen(team: Team, client: Client) -> None:
    """On the sheet, in the findings and on the step's page."""
    assert NEVER_STOP_AT_ONCE in text_of(preview(client, team.bob, team.patient, "tried.oral", {"drug": "baclofen"}))
    fill_in(client, team.bob, team.patient, "tried.oral", BACLOFEN)
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "tried"])))
    assert page.count(NEVER_STOP_AT_ONCE) == 1
    assert "drowsiness" in page


def test_baclofen_stopped_at_once_yesterday_is_for_today(team: Team, client: Client) -> None:
    """Whoever writes it down is led to the record and asked to act."""
    entries = BACLOFEN | {"ended": "at_once", "ended_on": "2026-03-02"}
    answer = fill_in(client, team.bob, team.patient, "tried.oral", entries)
    record = last_record("tried.oral")
    assert record.urgency == "today"
    assert answer.headers["Location"] == reverse("record", args=[record.pk])
    fill_in(client, team.bob, team.patient, "tried.oral", entries | {"ended_on": "2026-01-02"})
    assert last_record("tried.oral").urgency == ""


def test_a_short_trial_asks_why_and_nothing_else_refuses(team: Team, client: Client) -> None:
    """Five weeks need a reason; an empty sheet is only told what it lacks."""
    short = BACLOFEN | {"weeks": "5", "ended": "tapered"}
    assert fill_in(client, team.bob, team.patient, "tried.oral", short).status_code == 422
    said = short | {"reason": "Too drowsy to work."}
    assert fill_in(client, team.bob, team.patient, "tried.oral", said).status_code == 302
    assert fill_in(client, team.bob, team.patient, "tried.oral", {}).status_code == 302


def test_side_effects_that_nobody_asked_for_are_shown_as_not_known(team: Team, client: Client) -> None:
    """Not as absent."""
    fill_in(client, team.bob, team.patient, "tried.oral", BACLOFEN | {"drowsiness": "no", "headache": ""})
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "tried"])))
    assert "not known: headache" in page
    assert "none of the five" not in page


def test_everything_else_is_asked_and_what_is_missing_is_said(team: Team, client: Client) -> None:
    """Hands-on treatment and botulinum toxin."""
    panel = text_of(preview(client, team.thea, team.patient, "tried.other", {"one_region": "yes", "exercise": "no"}))
    for says in ("Not done: exercise.", "not known: stretching, rehabilitation", "botulinum toxin may not have been"):
        assert says in panel
    entries = {"stretching": "yes", "exercise": "yes", "rehabilitation": "yes", "one_region": "no"}
    assert fill_in(client, team.thea, team.patient, "tried.other", entries).status_code == 302
    assert "Rehabilitation: yes; botulinum toxin: not known" in text_of(
        client.get(reverse("step", args=[team.patient.pk, "tried"]))
    )
