"""The explore page: what a program would do, asked freely. Nothing is filled in, kept, sent, cleared or reassured."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import NOW, START_MS, Team, make_implant, make_patient, read_pump, sign_in, text_of

from thecal.clinic.actions import record_read_out
from thecal.clinic.actions.desk import switch_predictions
from thecal.clinic.models import AuditRow, Patient, ReadOut, RecordKind, Site, StepDraft, StepRecord
from thecal.twin.failures import known_failures, measurements
from thecal.units import DAY_MS

STAY = {"what": "continuous", "daily_dose": "300", "days": "3"}
STOP = {"what": "stop", "days": "5"}
FIGURES = ("tip", "spine-time", "levels", "effect", "signs", "blame")
REASSURING = re.compile(r"\b(safe|safely|low risk|no risk|unlikely|harmless|acceptable)\b", re.IGNORECASE)


class _Entries(HTMLParser):
    """What the form of the page holds: the value of each entry, and what is ticked or chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.form = ""
        self.typed: dict[str, str] = {}
        self.chosen: list[tuple[str, str]] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Only inside the explore form."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = given.get("class", "")
        if "explore-form" not in self.form:
            return
        if tag == "select":
            self.select = given["name"]
        if tag == "input" and given.get("type") in {"text", "number"}:
            self.typed[given["name"]] = given.get("value", "")
        if tag == "input" and "checked" in given and given.get("value"):
            self.chosen.append((given["name"], given["value"]))
        if tag == "option" and "selected" in given and given.get("value"):
            self.chosen.append((self.select, given["value"]))


def entries(page: str) -> _Entries:
    """The form's entries."""
    found = _Entries()
    found.feed(page)
    return found


@pytest.fixture
def read(team: Team) -> Patient:
    """A rehearsal whose pump was read an hour ago, running 300 mcg/day for a month."""
    implant = make_implant(team.patient)
    said = read_pump(implant.serial, at_ms=START_MS, now_ms=START_MS - 30 * DAY_MS)
    record_read_out(implant=implant, interrogation=said, acting=team.alice, now=NOW)
    return team.patient


def ask(client: Client, patient: Patient, **asked: str) -> Any:
    """The page with a question in its address."""
    return client.get(reverse("explore", args=[patient.pk]), asked)


def rows() -> tuple[int, ...]:
    """How much is kept, of everything that a page could leave behind."""
    return tuple(each.objects.count() for each in (AuditRow, ReadOut, StepRecord, StepDraft, Patient))


def test_every_entry_is_empty_at_first(team: Team, client: Client, read: Patient) -> None:
    """No dose is filled in for anybody: not the current one, not a default."""
    page = text_of(ask(sign_in(client, team.bob), read))
    found = entries(page)
    assert {"daily_dose", "bolus", "days", "start_1", "dose_1", "dose_4", "age", "height"} <= set(found.typed)
    assert set(found.typed.values()) == {""}
    assert found.chosen == []
    assert "Not a plan, not an order; nothing here is sent or kept." in page
    assert 'id="answer"' not in page


def test_the_patient_page_leads_there(team: Team, client: Client, read: Patient) -> None:
    """A link in words."""
    page = text_of(sign_in(client, team.thea).get(reverse("patient", args=[read.pk])))
    assert f'href="{reverse("explore", args=[read.pk])}"' in page
    assert "Explore: what would a program do?" in page


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        ({"days": "3"}, "id_what", "Choose what would be given"),
        ({"what": "continuous", "days": "3"}, "id_daily_dose", "Write a dose in mcg"),
        ({"what": "continuous", "days": "3", "daily_dose": "1,500"}, "id_daily_dose", "ambiguous"),
        ({"what": "continuous", "days": "3", "daily_dose": "3 mg"}, "id_daily_dose", "is in milligrams"),
        ({"what": "continuous", "days": "3", "daily_dose": "100001"}, "id_daily_dose", "more than anybody was given"),
        ({"what": "puncture", "days": "3", "bolus": "fifty"}, "id_bolus", "fifty"),
        ({"what": "stop", "days": ""}, "id_days", "Write 1 to 30 days"),
        ({"what": "stop", "days": "31"}, "id_days", "Write 1 to 30 days"),
        ({"what": "stop", "days": "3", "tip": "S2"}, "id_tip", "Choose one of the answers"),
        ({"what": "stop", "days": "3", "age": "2"}, "id_age", "Give 4 to 120 years"),
        ({"what": "stop", "days": "3", "height": "60"}, "id_height", "Give 90 to 220 cm"),
        ({"what": "flex", "days": "3"}, "id_start_1", "No step is written"),
        ({"what": "flex", "days": "3", "start_1": "25:00", "dose_1": "100"}, "id_start_1", "not a time of day"),
        ({"what": "flex", "days": "3", "start_1": "06:00"}, "id_dose_1", "Write a dose in mcg"),
        ({"what": "flex", "days": "3", "dose_2": "100"}, "id_start_2", "no beginning"),
        (
            {"what": "flex", "days": "3", "start_1": "12:00", "dose_1": "9", "start_2": "06:00", "dose_2": "9"},
            "id_start_2",
            "Write them in order",
        ),
    ],
)
def test_bad_input_is_one_line_at_its_entry(
    team: Team, client: Client, read: Patient, asked: dict[str, str], field: str, says: str
) -> None:
    """The summary leads to the entry, the entry says it too, and there is no answer."""
    response = ask(sign_in(client, team.alice), read, **asked)
    page = text_of(response)
    assert response.status_code == 422
    assert [place for place, _, _ in response.context["errors"]] == [field]
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    (line,) = [line for _, _, line in response.context["errors"]]
    assert says in line
    assert 'id="answer"' not in page


def test_what_belongs_to_another_question_is_not_looked_at(team: Team, client: Client, read: Patient) -> None:
    """An entry that is hidden cannot stop anybody."""
    response = ask(sign_in(client, team.alice), read, **STOP, daily_dose="nonsense", start_1="late")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        STAY,
        STOP,
        {"what": "flex", "days": "2", "start_1": "06:00", "dose_1": "200", "start_2": "22:00", "dose_2": "500"},
        {"what": "catheter", "days": "1", "bolus": "50"},
        {"what": "puncture", "days": "1", "bolus": "50 mcg"},
    ],
)
def test_an_answer_is_figures_with_bands_and_doubts(
    team: Team, client: Client, read: Patient, asked: dict[str, str]
) -> None:
    """Every figure has its table; predictions say so, carry a band, and tell what they take for granted."""
    page = text_of(ask(sign_in(client, team.bob), read, **asked))
    for name in FIGURES:
        assert f'id="{name}"' in page, name
    assert page.count("5 to 95 % of 200 virtual patients") >= 3
    assert "current, predicted" in page
    assert "pending, predicted" in page
    assert "No band" not in page
    assert "Where the band comes from" in page
    assert "people differ mostly in" in page
    assert "What these predictions take for granted" in page
    assert page.count('class="figure__details"') == len(FIGURES)


def test_what_the_model_gets_wrong_is_named_one_by_one(team: Team, client: Client, read: Patient) -> None:
    """Every published measurement that the simulation misses, by name, with its reason."""
    page = text_of(ask(sign_in(client, team.alice), read, **STAY))
    failures = known_failures()
    assert len(failures) > 5
    assert f"{len(failures)} of {measurements()} published measurements" in page
    for failure in failures:
        assert failure.says.split(",")[0].replace("'", "&#x27;") in page, failure.id


def test_without_a_read_out_what_is_asked_stands_alone(team: Team, client: Client) -> None:
    """Nothing is drawn beside it, and the page says why."""
    make_implant(team.patient)
    page = text_of(ask(sign_in(client, team.alice), team.patient, **STAY))
    assert "No program was read out" in page
    assert "pending, predicted" not in page


def test_without_a_catheter_a_level_must_be_chosen(team: Team, client: Client) -> None:
    """The record knows none; a typed one is enough."""
    sign_in(client, team.alice)
    missing = ask(client, team.patient, **STAY)
    assert [place for place, _, _ in missing.context["errors"]] == ["id_tip"]
    assert ask(client, team.patient, **STAY, tip="C5").status_code == 200


def test_without_a_score_on_record_the_share_of_tone_is_shown(team: Team, client: Client) -> None:
    """No score is made up."""
    patient = make_patient("Nobody Scored", baseline_mas_tenths=None)
    page = text_of(ask(sign_in(client, team.alice), patient, **STAY, tip="T10"))
    assert "fraction of tone suppressed" in page
    assert "Modified Ashworth" not in page


def test_a_forecast_adds_notes_and_nothing_else(team: Team, client: Client, read: Patient) -> None:
    """A stop foresees withdrawal within the window, a tenfold dose drowsiness: as notes. The same dose adds none."""
    sign_in(client, team.alice)
    stopped = ask(client, read, **STOP).context["answer"].findings
    tenfold = ask(client, read, what="continuous", daily_dose="3000", days="3").context["answer"].findings
    same = ask(client, read, **STAY).context["answer"].findings
    assert [each["rule"] for each in stopped] == ["forecast.withdrawal"]
    assert {each["rule"] for each in tenfold} == {"forecast.drowsiness", "forecast.breathing"}
    assert same == []
    assert {each["severity"] for each in (*stopped, *tenfold)} == {"NOTE"}


@pytest.mark.parametrize("asked", [STAY, STOP, {"what": "puncture", "bolus": "5", "days": "1"}])
def test_nothing_reassures(team: Team, client: Client, read: Patient, asked: dict[str, str]) -> None:
    """Neither a word that calms, nor breathing without its caution."""
    page = re.sub(r"<[^>]+>", " ", text_of(ask(sign_in(client, team.alice), read, **asked)))
    assert not REASSURING.search(page)
    assert "a low value is no reassurance" in page


def test_asking_writes_nothing_and_answers_the_same_again(team: Team, client: Client, read: Patient) -> None:
    """No audit row, no draft, no record; the same address gives the same page."""
    sign_in(client, team.alice)
    before = rows()
    first, second = (ask(client, read, **STOP) for _ in range(2))
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert token.sub("", text_of(first)) == token.sub("", text_of(second))
    assert rows() == before
    assert client.post(reverse("explore", args=[read.pk]), STOP).status_code == 405


def test_what_was_asked_stays_in_the_form(team: Team, client: Client, read: Patient) -> None:
    """So that one entry can be changed and the page be kept as a bookmark; no entry besides it is filled in."""
    found = entries(text_of(ask(sign_in(client, team.alice), read, **STAY, sex="female")))
    assert {name: value for name, value in found.typed.items() if value} == {"daily_dose": "300", "days": "3"}
    assert sorted(found.chosen) == [("sex", "female"), ("what", "continuous")]


@pytest.mark.parametrize("who", ["pat", "oda", "charlie"])
def test_those_at_home_get_nothing(team: Team, client: Client, read: Patient, who: str) -> None:
    """Neither the form nor an answer, of their own record or another's."""
    response = ask(sign_in(client, getattr(team, who)), read, **STAY)
    assert response.status_code == 403
    assert "Predicted" not in text_of(response)


@pytest.mark.parametrize("kind", [RecordKind.OPEN_PUMP, RecordKind.TRANSCRIBED])
def test_other_records_wait_for_the_site_s_switch(team: Team, client: Client, kind: RecordKind) -> None:
    """Until then the page says who can, and shows neither form nor figure; afterwards band and failures."""
    Site.objects.create(id=1, name="Hillside", out_of_hours_number="020 5550 0142", set_up_ms=1)
    patient = make_patient("Not Virtual", kind=kind)
    sign_in(client, team.alice)
    off = text_of(ask(client, patient, **STAY, tip="T10"))
    assert "Predictions are switched off" in off
    assert "A prescriber or the coordinator can" in off
    assert "explore-form" not in off
    assert "<figure" not in off
    switch_predictions(on=True, acting=team.cora, now=NOW)
    on = text_of(ask(client, patient, **STAY, tip="T10"))
    assert "5 to 95 % of 200 virtual patients" in on
    assert "What this model gets wrong" in on
    switch_predictions(on=False, acting=team.cora, now=NOW)
    assert "<figure" not in text_of(ask(client, patient, **STAY, tip="T10"))


def test_the_patient_page_predicts_with_a_band_and_its_doubts(team: Team, client: Client, read: Patient) -> None:
    """Fluid by level and tone wear the band of virtual patients; where it comes from and what is wrong stand below."""
    page = text_of(sign_in(client, team.bob).get(reverse("patient", args=[read.pk])))
    for name in ("spine", "levels", "effect"):
        assert f'<figure class="figure" id="{name}"' in page, name
    assert page.count("5 to 95 % of 200 virtual patients") >= 2
    assert "people differ mostly in" in page
    assert "What this model gets wrong" in page


def test_other_records_predict_on_their_page_once_switched_on(team: Team, client: Client) -> None:
    """Before that the page draws what is known and predicts nothing."""
    Site.objects.create(id=1, name="Hillside", out_of_hours_number="020 5550 0142", set_up_ms=1)
    patient = make_patient("Not Virtual", kind=RecordKind.OPEN_PUMP)
    implant = make_implant(patient)
    record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.alice, now=NOW)
    address = reverse("patient", args=[patient.pk])
    off = text_of(sign_in(client, team.alice).get(address))
    assert "Program, by hour of the day" in off
    assert "Predicted" not in off
    switch_predictions(on=True, acting=team.alice, now=NOW)
    on = text_of(client.get(address))
    assert "Predicted spasticity" in on
    assert "What this model gets wrong" in on
