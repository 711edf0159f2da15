"""The screening test in the clinic: its sheets, what refuses a dose, and who may fill them in."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.clinic.helpers import START_MS, Team, at, make_implant, make_patient, make_person, sign_in, text_of
from tests.clinic.steps.helpers import code_now, fill_in, known_at, last_record, preview, sheet_url
from tests.clinic.steps.ward import CHOSEN, CLEAR, FIFTY, SHEETS, STIFF, Ward, make_ward

from thecal.clinic.actions import start_clock
from thecal.clinic.bedside import room_of
from thecal.clinic.models import Flag, RecordKind, Role, Stage, StepRecord
from thecal.clinic.steps.screened import (
    CHECKLIST,
    DISCHARGE,
    DOSE,
    EXTENDED,
    GIVEN,
    OBSERVATION,
    PLAN,
    VERDICT,
    doses_of,
)
from thecal.clinic.worklist import worklist


@pytest.fixture
def ward(team: Team, client: Client, settings: Any, tmp_path: Path) -> Ward:
    """A rehearsal's patient before the screening test, on the morning of 3 March 2026."""
    settings.THECAL_WORLD = tmp_path / "world"
    return make_ward(team, client, settings.THECAL_WORLD)


def test_the_virtual_patient_truly_gets_the_dose(ward: Ward) -> None:
    """Four hours after 50 mcg the examiner of the rehearsal finds less, and the form shows what is found."""
    ward.begin()
    room = room_of(ward.patient)
    assert room is not None
    before = room.examine(ward.patient)
    ward.done(DOSE, FIFTY)
    ward.wait(4)
    after = room.examine(ward.patient)
    assert after["soleus"] < before["soleus"]
    form = text_of(ward.client.get(sheet_url(ward.patient, OBSERVATION)))
    assert "What the examiner finds now" in form
    assert f"<strong>{after['soleus']}</strong>" in form


@pytest.mark.parametrize("question", list(CLEAR))
def test_an_unanswered_question_blocks_the_injection_and_not_the_checklist(ward: Ward, question: str) -> None:
    """It can be written down as it stands; nothing is injected."""
    ward.begin()
    ward.wait(0.1)
    ward.done(CHECKLIST, {name: answer for name, answer in CLEAR.items() if name != question})
    assert ward.send(DOSE, FIFTY).status_code == 422
    assert not StepRecord.objects.filter(sheet=DOSE).exists()
    assert "Blocked" in ward.page()


@pytest.mark.parametrize("question", ["infection", "open_wound", "relapse", "allergic"])
def test_a_bad_answer_blocks_the_injection(ward: Ward, question: str) -> None:
    """And the page says so, with what would be right."""
    ward.begin()
    ward.wait(0.1)
    record = ward.done(CHECKLIST, CLEAR | {question: "yes"})
    assert {found["severity"] for found in record.findings} == {"NOTE"}
    assert ward.send(DOSE, FIFTY).status_code == 422


@pytest.mark.parametrize(
    "entries",
    [
        {"dose_pg": "75", "over_s": "60"},
        {"dose_pg": "101", "over_s": "60"},
        {"over_s": "60"},
        {"dose_pg": "50", "over_s": "59"},
        {"dose_pg": "50"},
    ],
)
def test_a_dose_that_is_wrong_is_not_injected(ward: Ward, entries: dict[str, str]) -> None:
    """More than one step, more than 100 mcg, none at all, too fast, or nobody knows how fast."""
    ward.begin()
    assert ward.send(DOSE, entries).status_code == 422
    assert doses_of(ward.known()) == []
    room = room_of(ward.patient)
    assert room is not None
    first = room.examine(ward.patient)
    ward.wait(4)
    assert room.examine(ward.patient) == first


def test_open_questions_are_one_line_beside_the_checklist(ward: Ward) -> None:
    """Bad answers each have theirs."""
    panel = text_of(preview(ward.client, ward.team.alice, ward.patient, CHECKLIST, {"infection": "yes", "shunt": "no"}))
    assert "There is an infection." in panel
    assert "9 of the questions are not answered: each blocks the injection." in panel
    assert panel.count('<li class="finding') == 2


def test_nothing_is_injected_before_there_is_a_checklist(ward: Ward) -> None:
    """The form says why."""
    ward.done(PLAN, CHOSEN)
    assert ward.send(DOSE, FIFTY).status_code == 422
    assert "The checklist is not answered." in text_of(preview(ward.client, ward.team.alice, ward.patient, DOSE, FIFTY))


def test_who_relies_on_tone_gets_fifty_only_with_two_people_now(ward: Ward) -> None:
    """The flag on the record counts, whatever was answered; nobody signs an injection afterwards."""
    ward.patient.flags = [Flag.RELIES_ON_TONE.value]
    ward.patient.save()
    ward.begin()
    entries = FIFTY | {"reason": "Walks; tested in the parallel bars.", "second_person": "later"}
    assert ward.send(DOSE, entries).status_code == 422
    assert ward.send(DOSE, entries | {"second_person": "bob", "second_code": code_now()}).status_code == 302
    assert last_record(DOSE).second_person == ward.team.bob


def test_a_sleepy_patient_is_for_now(ward: Ward) -> None:
    """Recording is not refused; it leads to the record, and stands on the worklist."""
    ward.begin()
    ward.done(DOSE, FIFTY)
    ward.wait(1)
    record = ward.done(OBSERVATION, {"wakefulness": "DROWSY", "breathing_slow": "yes"})
    assert record.urgency == "now"
    assert ("Now", "Act on: observation") in [
        (item.urgency.word, item.what) for item in worklist([ward.patient], now_ms=ward.now_ms)
    ]


def test_before_a_dose_nobody_is_asked_how_sleepy_the_patient_is(ward: Ward) -> None:
    """A baseline is tone and spasms."""
    ward.begin()
    assert last_record(OBSERVATION).findings == []


def test_a_dose_given_elsewhere_is_written_down_whatever_stands_against_it(ward: Ward) -> None:
    """120 mcg as the first dose is noted, and counts for the next; without a time it is nothing."""
    assert ward.send(GIVEN, {"dose_pg": "120"}).status_code == 422
    assert ward.send(GIVEN, {"dose_pg": "120", "at_ms": "2026-03-03T09:01"}).status_code == 422
    record = ward.done(GIVEN, {"dose_pg": "120", "at_ms": "2026-03-02T18:00", "where": "The other hospital's letter"})
    assert {found["rule"] for found in record.findings} == {
        "screening.checklist", "screening.largest", "screening.series", "screening.step",
    }  # fmt: skip
    assert {found["severity"] for found in record.findings} == {"NOTE"}
    ward.begin()
    assert ward.send(DOSE, FIFTY).status_code == 422
    assert "The last dose was 15 h 00 min ago." in text_of(
        preview(ward.client, ward.team.alice, ward.patient, DOSE, FIFTY)
    ).replace("\u00a0", " ")


def test_a_record_of_a_real_pump_injects_nobody(team: Team, client: Client) -> None:
    """People have done it; the sheet writes it down."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    patient = make_patient("Real", kind=RecordKind.TRANSCRIBED, stage=Stage.BEFORE_SCREENING)
    for sheet, entries in (
        (PLAN, CHOSEN),
        (CHECKLIST, CLEAR),
        (OBSERVATION, STIFF | {"phase": "before"}),
        (DOSE, FIFTY),
    ):
        assert fill_in(client, team.alice, patient, sheet, entries).status_code == 302
    assert [dose.dose_pg for dose in doses_of(known_at(patient, START_MS))] == [50_000_000]
    assert "What the examiner finds now" not in text_of(client.get(sheet_url(patient, OBSERVATION)))


def test_an_observation_cannot_lie_in_the_future(ward: Ward) -> None:
    """Nor a discharge."""
    for sheet in (OBSERVATION, DISCHARGE):
        answer = ward.send(sheet, {"at_ms": "2026-03-03T09:01"})
        assert answer.status_code == 422
        assert "lies in the future" in text_of(answer)


def test_who_may_do_what(ward: Ward) -> None:
    """Only a prescriber or a surgeon injects; a therapist judges; a patient sees none of it."""
    thea, sol = make_person("thera", Role.THERAPIST), make_person("surge", Role.SURGEON)
    allowed = {
        ward.team.bob: {PLAN, CHECKLIST, OBSERVATION, DISCHARGE, GIVEN},
        thea: {PLAN, OBSERVATION, VERDICT},
        sol: set(SHEETS),
        ward.team.alice: set(SHEETS),
        ward.team.pat: set(),
    }
    for person, may in allowed.items():
        sign_in(ward.client, person)
        got = {sheet for sheet in SHEETS if ward.client.get(sheet_url(ward.patient, sheet)).status_code == 200}
        assert got == may, person


def test_no_dose_is_filled_in_beforehand(ward: Ward) -> None:
    """No default dose exists on any of the sheets."""
    ward.begin()
    for sheet in (DOSE, GIVEN, EXTENDED):
        page = text_of(sign_in(ward.client, ward.team.alice).get(sheet_url(ward.patient, sheet)))
        assert 'name="dose_pg" value' not in page
        assert 'name="largest_pg_per_day" value' not in page


def test_a_dose_on_top_of_a_pump_asks_for_two_people(ward: Ward) -> None:
    """A bolus tried where a pump may have failed is given by two."""
    make_implant(ward.patient)
    ward.begin()
    assert "The patient has a pump." in text_of(preview(ward.client, ward.team.alice, ward.patient, DOSE, FIFTY))
    assert ward.send(DOSE, FIFTY).status_code == 422
