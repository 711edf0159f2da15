"""The one mechanism of every step: what is typed is read, judged, asked about, signed, kept, corrected and shown."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, make_person, sign_in, text_of
from tests.clinic.steps.helpers import code_now, fill_in, known_at, last_record, preview, sheet_url
from tests.clinic.steps.sample import EVERY, EveryForm

from thecal.care.rule_book import RULES_VERSION
from thecal.clinic.actions import start_clock
from thecal.clinic.actions.steps import record_sheet, settle_record, sign_record
from thecal.clinic.audit import verify_audit
from thecal.clinic.models import AuditRow, Role, StepDraft, StepRecord
from thecal.clinic.steps.mechanism import Doing
from thecal.clinic.views import steps as steps_views
from thecal.clinic.worklist import worklist
from thecal.errors import BadInput, OurFault

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample", "clock")]
SHEET = "sample.every"
FULL: dict[str, Any] = {
    "fever": "no",
    "side": "left",
    "drug": "c",
    "symptoms": ["stiff", "itch"],
    "words": "quiet",
    "long_words": "Two\nlines",
    "temperature_tenths": "37.5",
    "pain": "3",
    "mass_pg": "50",
    "dose_pg_per_day": "312.5",
    "concentration_pg_per_nl": "2000",
    "volume_nl": "18.2",
    "day": "2026-02-28",
    "at_ms": "2026-03-03T08:15",
    "calf_left": "3",
}
MEANT = {
    "fever": False,
    "side": "left",
    "drug": "c",
    "symptoms": ["itch", "stiff"],
    "words": "quiet",
    "long_words": "Two\nlines",
    "temperature_tenths": 375,
    "pain": 3,
    "mass_pg": 50_000_000,
    "dose_pg_per_day": 312_500_000,
    "concentration_pg_per_nl": 2_000,
    "volume_nl": 18_200_000,
    "day": "2026-02-28",
    "at_ms": START_MS - 45 * 60_000,
    "calf_left": 3,
    "calf_right": None,
    "thigh_left": None,
    "thigh_right": None,
}


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))


def test_what_is_typed_is_kept_in_the_units_of_its_names(team: Team, client: Client) -> None:
    """Every kind of entry, and what nobody entered is not known."""
    answer = fill_in(client, team.alice, team.patient, SHEET, FULL)
    assert answer.status_code == 302, text_of(answer)
    record = last_record(SHEET)
    assert record.values == MEANT
    assert (record.by, record.made_ms, record.rules_version) == (team.alice, START_MS, RULES_VERSION)
    assert record.entry("calf_right") is None
    assert record.entry("never asked") is None
    assert not record.wants_second


def test_a_values_text_means_it_again(team: Team) -> None:
    """What a correction begins with is read as what was recorded."""
    known = known_at(team.patient, START_MS)
    again = EveryForm(EveryForm(known=known, values=MEANT).initial, known=known)
    assert again.is_valid(), again.errors
    assert again.values() == MEANT


def test_an_empty_sheet_knows_nothing(team: Team, client: Client) -> None:
    """No entry is required by the form: None is what nobody said, and none of it is no."""
    fill_in(client, team.alice, team.patient, SHEET, {})
    values = last_record(SHEET).values
    assert {name: value for name, value in values.items() if value is not None} == {"symptoms": []}


@pytest.mark.parametrize(
    ("entry", "text", "says"),
    [
        ("mass_pg", "1,500", "Write"),
        ("mass_pg", "1 mg", "Write micrograms"),
        ("dose_pg_per_day", "abc", "Write"),
        ("pain", "11", "Write 0 to 10."),
        ("pain", "-1", "Write 0 to 10."),
        ("pain", "3.5", "Write 0 to 10."),
        ("temperature_tenths", "37,5", "Write 30 to 45 degrees"),
        ("temperature_tenths", "37.55", "finer than can be kept"),
        ("temperature_tenths", "45.1", "out of range"),
        ("day", "2026-02-30", "no day of the calendar"),
        ("at_ms", "yesterday", "no date and time"),
        ("side", "middle", "Choose one of the answers"),
        ("symptoms", ["cough"], "Tick only what is offered"),
        ("words", "x" * 21, "at most 20 characters"),
        ("volume_nl", "18 mcg", "Write"),
    ],
)
def test_a_bad_entry_is_named_and_nothing_is_written(
    team: Team, client: Client, entry: str, text: Any, says: str
) -> None:
    """One line beside the entry and one above the form; what was typed is still there."""
    answer = fill_in(client, team.alice, team.patient, SHEET, FULL | {entry: text})
    page = text_of(answer)
    assert answer.status_code == 422
    assert says in page
    assert f"#id_{entry}" in page
    assert "Two\nlines" in page
    assert not StepRecord.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "too short"])
def test_a_reason_that_is_asked_for_must_say_something(team: Team, client: Client, reason: str) -> None:
    """Ten characters at least; without them nothing is written."""
    refused = fill_in(client, team.alice, team.patient, SHEET, {"words": "reason", "reason": reason})
    assert refused.status_code == 422
    assert not StepRecord.objects.exists()
    fill_in(client, team.alice, team.patient, SHEET, {"words": "reason", "reason": "It is so today."})
    assert last_record(SHEET).reason == "It is so today."


def test_a_block_cannot_be_recorded_by_anyone(team: Team, client: Client) -> None:
    """Neither with a reason nor with a second person."""
    entries = {"words": "block", "reason": "I want to.", "second_person": "bob", "second_code": code_now()}
    answer = fill_in(client, team.alice, team.patient, SHEET, entries)
    assert answer.status_code == 422
    assert "a finding blocks this" in text_of(answer)
    assert not StepRecord.objects.exists()


def test_two_people_sign_in_the_room(team: Team, client: Client) -> None:
    """The second gives their own code; what follows happens at once."""
    entries = {"words": "two_people", "reason": "Both looked.", "second_person": "bob"}
    assert fill_in(client, team.alice, team.patient, SHEET, entries | {"second_code": "000000"}).status_code == 422
    assert fill_in(client, team.alice, team.patient, SHEET, entries | {"second_code": code_now()}).status_code == 302
    record = last_record(SHEET)
    assert (record.second_person, record.wants_second) == (team.bob, False)
    team.patient.refresh_from_db()
    assert team.patient.allergies == "two_people"


def test_a_second_person_may_sign_later_and_until_then_nothing_rests_on_it(team: Team, client: Client) -> None:
    """The record waits on the worklist, no consequence is drawn, and its writer cannot sign it."""
    entries = {"words": "two_people", "reason": "Both looked.", "second_person": "later"}
    fill_in(client, team.alice, team.patient, SHEET, entries)
    record, known = last_record(SHEET), known_at(team.patient, START_MS)
    assert known.latest(SHEET) is None
    assert known.waiting(SHEET) == record
    team.patient.refresh_from_db()
    assert team.patient.allergies == "none known"
    items = worklist([team.patient], now_ms=START_MS)
    assert "Sign as second person: sample sheet" in [item.what for item in items]
    sign_in(client, team.alice).post(reverse("sign_record", args=[record.pk]))
    record.refresh_from_db()
    assert record.wants_second
    sign_in(client, team.bob).post(reverse("sign_record", args=[record.pk]))
    record.refresh_from_db()
    assert (record.wants_second, record.second_person) == (False, team.bob)
    assert known_at(team.patient, START_MS).latest(SHEET) == record
    team.patient.refresh_from_db()
    assert team.patient.allergies == "two_people"
    with pytest.raises(OurFault, match="waits for nobody"):
        sign_record(record=record, sheet=EVERY, acting=team.bob, now=at(START_MS))


def test_what_has_been_done_to_the_patient_is_not_signed_later(team: Team, client: Client) -> None:
    """A sheet that acts wants its second person now, and is for its own roles alone."""
    entries = {"words": "two_people", "reason": "Both looked.", "second_person": "later"}
    assert fill_in(client, team.alice, team.patient, "sample.acted", entries).status_code == 422
    assert fill_in(client, team.bob, team.patient, "sample.acted", {}).status_code == 403
    assert not StepRecord.objects.exists()


def test_danger_stands_on_the_worklist_until_somebody_has_acted(team: Team, client: Client) -> None:
    """Whoever records it is led to the record, and what was done is written down once."""
    answer = fill_in(client, team.bob, team.patient, SHEET, {"fever": "yes"})
    record = last_record(SHEET)
    assert record.urgency == "now"
    assert answer.headers["Location"] == reverse("record", args=[record.pk])
    first = worklist([team.patient], now_ms=START_MS)[0]
    assert (first.what, first.urgency.word) == ("Act on: sample sheet", "Now")
    assert "There is fever." in first.why
    empty = client.post(reverse("settle_record", args=[record.pk]), {"words": " "})
    assert empty.status_code == 422
    client.post(reverse("settle_record", args=[record.pk]), {"words": "Seen in the emergency room."})
    assert "Act on: sample sheet" not in [item.what for item in worklist([team.patient], now_ms=START_MS)]
    record.refresh_from_db()
    with pytest.raises(OurFault, match="settled before"):
        settle_record(record=record, words="Again.", acting=team.bob, now=at(START_MS))


def test_the_same_form_sent_twice_is_recorded_once(team: Team, client: Client) -> None:
    """A button pressed twice does nothing twice; something else, or later, is another record."""
    for _ in range(2):
        assert fill_in(client, team.alice, team.patient, SHEET, FULL).status_code == 302
    assert StepRecord.objects.count() == 1
    fill_in(client, team.alice, team.patient, SHEET, FULL | {"pain": "4"})
    fill_in(client, team.bob, team.patient, SHEET, FULL | {"pain": "4"})
    assert StepRecord.objects.count() == 3


def test_a_correction_stands_in_the_place_of_what_it_corrects(team: Team, client: Client) -> None:
    """Both are kept; only the correction counts; nothing is corrected twice."""
    fill_in(client, team.alice, team.patient, SHEET, FULL)
    wrong = last_record(SHEET)
    form = text_of(client.get(sheet_url(team.patient, SHEET), {"corrects": wrong.pk}))
    assert 'value="312.5"' in form
    fill_in(client, team.alice, team.patient, SHEET, FULL | {"pain": "9", "corrects": wrong.pk})
    assert [record.entry("pain") for record in known_at(team.patient, START_MS).all(SHEET)] == [9]
    assert "no longer stands" in text_of(client.get(reverse("record", args=[wrong.pk])))
    again = fill_in(client, team.alice, team.patient, SHEET, FULL | {"pain": "8", "corrects": wrong.pk})
    assert again.status_code == 404
    assert StepRecord.objects.count() == 2


def test_what_is_typed_is_kept_and_judged_while_it_is_typed(team: Team, client: Client) -> None:
    """A bad entry hinders neither; the next visit of the page begins where it was left; it can be thrown away."""
    panel = text_of(preview(client, team.alice, team.patient, SHEET, {"words": "two_people", "pain": "99"}))
    assert "The words ask for a TWO_PEOPLE." in panel
    assert 'data-asks="second"' in panel
    page = text_of(client.get(sheet_url(team.patient, SHEET)))
    assert "not recorded yet" in page
    assert 'value="99"' in page
    assert "The words ask for a TWO_PEOPLE." in page
    assert "not recorded yet" not in text_of(sign_in(client, team.bob).get(sheet_url(team.patient, SHEET)))
    sign_in(client, team.alice).post(sheet_url(team.patient, SHEET, name="sheet_forget"))
    assert not StepDraft.objects.exists()


def test_a_recorded_sheet_leaves_no_draft(team: Team, client: Client) -> None:
    """What was typed has become a record."""
    preview(client, team.alice, team.patient, SHEET, FULL)
    assert StepDraft.objects.count() == 1
    fill_in(client, team.alice, team.patient, SHEET, FULL)
    assert not StepDraft.objects.exists()


def test_every_record_has_its_audit_row_with_the_digest_of_what_was_written(team: Team, client: Client) -> None:
    """Recorded, signed and settled: three rows, and the chain holds."""
    entries = {"words": "two_people", "fever": "yes", "reason": "Both looked.", "second_person": "later"}
    fill_in(client, team.alice, team.patient, SHEET, entries)
    record = last_record(SHEET)
    sign_record(record=record, sheet=EVERY, acting=team.bob, now=at(START_MS))
    settle_record(record=record, words="Seen.", acting=team.bob, now=at(START_MS))
    rows = list(AuditRow.objects.filter(subject=f"step record {record.pk}"))
    assert [row.action for row in rows] == ["record step", "sign step", "settle step"]
    assert len(rows[0].detail["digest"]) == 64
    assert rows[0].detail["digest"] == rows[1].detail["digest"]
    verify_audit(AuditRow.objects.all())


def test_a_consequence_that_fails_takes_the_record_with_it(team: Team) -> None:
    """All or nothing: neither record nor audit row nor consequence."""

    def fail(doing: Doing, record: StepRecord) -> None:
        raise OurFault("the consequence fails")

    rows = AuditRow.objects.count()
    doing = Doing(values=MEANT, known=known_at(team.patient, START_MS), acting=team.alice, now=at(START_MS))
    with pytest.raises(OurFault, match="the consequence fails"):
        record_sheet(sheet=replace(EVERY, then=fail), doing=doing, findings=[])
    assert not StepRecord.objects.exists()
    assert AuditRow.objects.count() == rows


@pytest.mark.parametrize("column", ["values", "findings", "rules_version", "reason", "sheet", "made_ms"])
def test_the_database_refuses_to_change_a_record(team: Team, client: Client, column: str) -> None:
    """Not by anybody, through any program."""
    fill_in(client, team.alice, team.patient, SHEET, FULL)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'UPDATE clinic_steprecord SET "{column}" = 1')
    with pytest.raises(DatabaseError, match="never removed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM clinic_steprecord")


def test_the_pages_show_what_is_known_and_what_is_not(team: Team, client: Client) -> None:
    """The way through therapy, the step and the record; unknown is said."""
    sign_in(client, team.bob)
    steps = reverse("steps", args=[team.patient.pk])
    assert "nothing on record" in text_of(client.get(steps))
    fill_in(client, team.alice, team.patient, SHEET, FULL)
    sign_in(client, team.bob)
    assert "last written 3 Mar 2026 by Alice Person" in text_of(client.get(steps))
    step = text_of(client.get(reverse("step", args=[team.patient.pk, "sample"])))
    for says in ("A card", "A note on the step.", "sample.org", "A table", "Fever: False", "written by: prescriber"):
        assert says in step
    record = text_of(client.get(reverse("record", args=[last_record(SHEET).pk])))
    for says in ("312.5 mcg/day", "37.5 degrees", "Itch, Stiffness", "Calf, right", "not known", "version"):
        assert says in record


def test_a_patient_fills_in_no_sheet_of_the_clinic_and_sees_no_record(team: Team, client: Client) -> None:
    """Not even of themselves, on these pages."""
    fill_in(client, team.alice, team.patient, SHEET, FULL)
    sign_in(client, team.pat)
    for address in (
        reverse("steps", args=[team.patient.pk]),
        sheet_url(team.patient, SHEET),
        reverse("record", args=[last_record(SHEET).pk]),
    ):
        assert client.get(address).status_code == 403


def test_an_address_that_names_no_step_or_sheet_is_no_page(team: Team, client: Client) -> None:
    """404, for every kind of it."""
    sign_in(client, team.alice)
    for key, name in (("nowhere", "every"), ("sample", "nothing")):
        assert client.get(reverse("sheet", args=[team.patient.pk, key, name])).status_code == 404
    assert client.get(reverse("step", args=[team.patient.pk, "nowhere"])).status_code == 404


def test_a_sheet_for_some_roles_is_shut_to_the_others(team: Team, client: Client) -> None:
    """A therapist may fill in the open one."""
    thea = make_person("theo", Role.THERAPIST)
    assert fill_in(client, thea, team.patient, SHEET, FULL).status_code == 302
    assert fill_in(client, thea, team.patient, "sample.acted", {}).status_code == 403


@pytest.mark.parametrize("reason", ["short", ""])
def test_an_action_refuses_by_itself_what_a_page_refuses(team: Team, reason: str) -> None:
    """Whoever calls it."""
    known = known_at(team.patient, START_MS)
    values = dict.fromkeys(MEANT) | {"words": "reason"}
    doing = Doing(values=values, known=known, acting=team.alice, now=at(START_MS))
    with pytest.raises(BadInput, match="does not say why"):
        record_sheet(sheet=EVERY, doing=doing, findings=EVERY.judge(values, known), reason=reason)


def test_a_correction_does_nothing_again_in_the_room(
    team: Team, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done is done once; what was learned then stays with the record, and the judge does not see it twice."""
    done: list[str] = []

    class Room:
        def examine(self, patient: Any) -> dict[str, str]:
            done.append(patient.name)
            return {"soleus": "2"}

    monkeypatch.setattr(steps_views, "room_of", lambda patient: Room())
    fill_in(client, team.alice, team.patient, "sample.acted", {"words": "first"})
    first = last_record("sample.acted")
    assert first.entry("found") == [["soleus", "2"]]
    fill_in(client, team.alice, team.patient, "sample.acted", {"words": "mended", "corrects": first.pk})
    mended = last_record("sample.acted")
    assert (mended.corrects, mended.entry("words"), mended.entry("found")) == (first, "mended", [["soleus", "2"]])
    assert done == [team.patient.name]
    assert known_at(team.patient, START_MS).without(mended).all("sample.acted") == []


def test_a_correction_of_an_old_record_is_no_news(team: Team, client: Client) -> None:
    """It takes the old one's place in time: the latest stays the latest."""
    fill_in(client, team.alice, team.patient, SHEET, {"words": "old"})
    old = last_record(SHEET)
    fill_in(client, team.alice, team.patient, SHEET, {"words": "new"})
    newest = last_record(SHEET)
    for words in ("mended", "mended again"):
        fill_in(client, team.alice, team.patient, SHEET, {"words": words, "corrects": old.pk})
        old = last_record(SHEET)
    known = known_at(team.patient, START_MS)
    assert [record.entry("words") for record in known.all(SHEET)] == ["mended again", "new"]
    assert known.latest(SHEET) == newest


def test_the_second_person_is_somebody_whose_work_it_is_to_check(team: Team, client: Client) -> None:
    """A therapist or a coordinator writes records, and signs none as second person."""
    entries = {"words": "two_people", "reason": "Both looked.", "second_person": "thea", "second_code": code_now()}
    assert fill_in(client, team.alice, team.patient, SHEET, entries).status_code == 422
    fill_in(client, team.thea, team.patient, SHEET, entries | {"second_person": "later"})
    record = last_record(SHEET)
    for person, signed in ((team.cora, False), (team.phil, True)):
        sign_in(client, person).post(reverse("sign_record", args=[record.pk]))
        record.refresh_from_db()
        assert (record.second_person == person) is signed


def test_the_same_again_after_something_else_is_another_record(team: Team, client: Client) -> None:
    """An order that was ended and signed anew within a minute is signed anew."""
    for sheet in (SHEET, "sample.acted", SHEET):
        assert fill_in(client, team.alice, team.patient, sheet, {"words": "quiet"}).status_code == 302
    assert StepRecord.objects.count() == 3
