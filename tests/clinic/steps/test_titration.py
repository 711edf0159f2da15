"""Step 8 in the clinic: who may sign an order set, what it covers, tablets one at a time, and what a dose did."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import (
    START_MS,
    Team,
    at,
    make_implant,
    make_program,
    read_pump,
    sign_in,
    text_of,
)
from tests.clinic.steps.helpers import fill_in, known_at, last_record, preview

from thecal.care.oral_drugs import NEVER_STOP_AT_ONCE, Drug
from thecal.clinic.actions import move_clock, record_read_out, start_clock
from thecal.clinic.models import Implant, Patient, Person, StepRecord
from thecal.clinic.steps import due, titrating
from thecal.clinic.steps.doses import DoseHistory
from thecal.programmer.prescription import ContinuousDose, Prescription
from thecal.programmer.review import Circumstances, review
from thecal.pump.devices import REFERENCE_20
from thecal.pump.infusion import Program, SimpleContinuous, StopPump
from thecal.pump.memory import Interrogation
from thecal.units import DAY_MS, HOUR_MS, PG_PER_MCG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MCG = PG_PER_MCG
BOUNDS: dict[str, Any] = {
    "lowest_pg_per_day": "250",
    "highest_pg_per_day": "400",
    "largest_step_per_mille": "10",
    "shortest_interval_h": "48",
    "steps": "3",
    "expires_on": "2026-04-02",
}
NOTE: dict[str, Any] = {
    "breathing_slow": "no", "drowsy": "no", "tone": "less", "spasms": "less", "helped": "yes", "strength": "same",
    "could_stand": "yes", "can_stand": "yes", "dizzy": "no", "nausea": "no", "headache": "no",
    "cannot_pass_urine": "no", "next": "keep",
}  # fmt: skip
PLAN = {"drug": "baclofen", "baclofen_taken": "yes", "step_pg_per_day": "5", "interval_days": "7"}
STEP = {"drug": "baclofen", "baclofen_taken": "yes", "before_pg_per_day": "60", "after_pg_per_day": "55"}
WHY = "the family goes away for a month"


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))


@pytest.fixture
def implant(team: Team) -> Implant:
    """The patient's pump, read at 300 mcg/day five days ago."""
    made = make_implant(team.patient)
    read(made, team.bob, at_ms=START_MS - 5 * DAY_MS)
    return made


def read(implant: Implant, by: Person, *, at_ms: int, mcg: int = 300) -> Interrogation:
    """A read-out of a pump that runs this dose, on record."""
    program = make_program(SimpleContinuous(rate_nl_per_day=mcg * 500))
    said = read_pump(implant.serial, program=program, at_ms=at_ms, now_ms=at_ms)
    record_read_out(implant=implant, interrogation=said, acting=by, now=at(at_ms))
    return said


def orders(
    patient: Patient,
    *,
    now_ms: int = START_MS,
    acting: Person,
    mcg: int,
    concentration: int = 2_000,
    program: Program | None = None,
) -> list[str]:
    """The rules that this person's order of a dose meets, of the order set's; an order of nothing is a stop."""
    implant = patient.implants.get()
    said = read_pump(implant.serial, at_ms=now_ms, now_ms=now_ms, program=program)
    order = Prescription(
        drug="baclofen", concentration_pg_per_nl=concentration, low_reservoir_alarm_nl=2_000_000, utc_offset_min=0,
        dosing=ContinuousDose(dose_pg_per_day=mcg * MCG) if mcg else StopPump(),
    )  # fmt: skip
    reviewed = review(interrogation=said, prescription=order, pump_model=REFERENCE_20, circumstances=Circumstances())
    found = titrating.order_findings(known_at(patient, now_ms), read=said, reviewed=reviewed, acting=acting)
    return [finding.rule for finding in found]


def items(patient: Patient, now_ms: int) -> list[str]:
    """What the steps put on the worklist for this patient."""
    return [item.what for item in due.due_of(known_at(patient, now_ms).chart, now_ms=now_ms)]


def test_only_a_prescriber_signs_an_order_set(team: Team, client: Client) -> None:
    """Nurse, therapist, surgeon, pharmacist and coordinator are refused, and nothing is written."""
    for person in (team.bob, team.thea, team.sol, team.phil, team.cora, team.pat):
        assert fill_in(client, person, team.patient, "titration.order_set", BOUNDS).status_code == 403
        assert fill_in(client, person, team.patient, "titration.oral_plan", PLAN).status_code == 403
    assert not StepRecord.objects.exists()
    assert fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS).status_code == 302
    order = titrating.order_set_of(known_at(team.patient, START_MS))
    assert order is not None
    assert order.by_prescriber
    assert (order.lowest_pg_per_day, order.highest_pg_per_day) == (250 * MCG, 400 * MCG)
    assert (order.largest_step_per_mille, order.shortest_interval_ms, order.steps) == (100, 48 * HOUR_MS, 3)


@pytest.mark.parametrize("missing", BOUNDS)
def test_an_order_set_is_not_signed_with_a_bound_missing(team: Team, client: Client, missing: str) -> None:
    """No default takes its place, whatever reason is given."""
    entries = {**BOUNDS, missing: "", "reason": WHY, "second_person": str(team.bob.pk)}
    assert fill_in(client, team.alice, team.patient, "titration.order_set", entries).status_code == 422
    assert not StepRecord.objects.exists()


def test_each_finding_leads_to_the_entry_it_is_about(team: Team, client: Client) -> None:
    """Every bound is named by the label of its entry, in hours and days as they are typed."""
    entries = {**BOUNDS, "shortest_interval_h": "12", "expires_on": "2027-04-02"}
    panel = text_of(preview(client, team.alice, team.patient, "titration.order_set", entries))
    assert "#id_shortest_interval_h" in panel
    assert "#id_expires_on" in panel


def test_a_nurse_steps_within_the_order_set_and_not_beyond_it(team: Team, client: Client, implant: Implant) -> None:
    """+10 % is covered, more is not; without an order set nothing is; a prescriber needs none."""
    assert orders(team.patient, acting=team.bob, mcg=330) == ["order.none"]
    fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS)
    assert orders(team.patient, acting=team.bob, mcg=330) == []
    assert orders(team.patient, acting=team.bob, mcg=331) == ["order.step"]
    assert orders(team.patient, acting=team.bob, mcg=270) == []
    assert orders(team.patient, acting=team.bob, mcg=300) == []
    assert orders(team.patient, acting=team.bob, mcg=330, concentration=1_000) == ["order.other_drug"]
    assert orders(team.patient, acting=team.alice, mcg=600) == []


def test_it_expires_at_the_end_of_its_last_day(team: Team, client: Client, implant: Implant) -> None:
    """A millisecond before midnight it covers, at midnight it does not."""
    fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS)
    order = titrating.order_set_of(known_at(team.patient, START_MS))
    assert order is not None
    for now_ms, asked in ((order.expires_ms - 1, []), (order.expires_ms, ["order.expired"])):
        assert orders(team.patient, acting=team.bob, mcg=330, now_ms=now_ms) == asked
    assert order.expires_ms - START_MS == 31 * DAY_MS - 9 * HOUR_MS


def test_steps_are_counted_from_read_outs(team: Team, client: Client, implant: Implant) -> None:
    """Three changes that were read since the signature use it up; a fresh change is waited out."""
    fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS)
    for day, mcg in ((1, 310), (3, 320)):
        read(implant, team.bob, at_ms=START_MS + day * DAY_MS, mcg=mcg)
    late = START_MS + 5 * DAY_MS
    assert orders(team.patient, acting=team.bob, mcg=330, now_ms=late - 1) == ["order.interval"]
    assert orders(team.patient, acting=team.bob, mcg=330, now_ms=late) == []
    read(implant, team.bob, at_ms=late, mcg=330)
    assert orders(team.patient, acting=team.bob, mcg=330, now_ms=late + 9 * DAY_MS) == ["order.used_up"]


def test_a_prescriber_ends_an_order_set_before_its_day(team: Team, client: Client, implant: Implant) -> None:
    """From then on it covers nothing, until another is signed."""
    fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS)
    assert fill_in(client, team.bob, team.patient, "titration.order_end", {"why": "a fall"}).status_code == 403
    fill_in(client, team.alice, team.patient, "titration.order_end", {"why": "a fall"})
    assert titrating.order_set_of(known_at(team.patient, START_MS)) is None
    assert orders(team.patient, acting=team.bob, mcg=330) == ["order.none"]
    fill_in(client, team.alice, team.patient, "titration.order_set", {**BOUNDS, "words": "Stop after a fall."})
    assert orders(team.patient, acting=team.bob, mcg=330) == []


def test_one_that_waits_for_a_second_person_covers_nothing_yet(team: Team, client: Client, implant: Implant) -> None:
    """Steps beyond the label want two people; until the second has signed, no nurse works by it."""
    large = {**BOUNDS, "largest_step_per_mille": "45", "reason": WHY, "later": "on"}
    fill_in(client, team.alice, team.patient, "titration.order_set", large)
    assert titrating.order_set_of(known_at(team.patient, START_MS)) is None


def test_an_order_set_stands_on_the_worklist_from_a_week_before_it_expires(
    team: Team, client: Client, implant: Implant
) -> None:
    """Not earlier; once over it asks for another or its end; ending it settles that."""
    fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS)
    order = titrating.order_set_of(known_at(team.patient, START_MS))
    assert order is not None
    soon, over = "Order set expires soon", "Order set has expired: sign another, or end it"
    assert soon not in items(team.patient, order.expires_ms - 7 * DAY_MS - 1)
    assert soon in items(team.patient, order.expires_ms - 7 * DAY_MS)
    assert over in items(team.patient, order.expires_ms)
    fill_in(client, team.alice, team.patient, "titration.order_end", {"why": "done"})
    assert over not in items(team.patient, order.expires_ms)


def test_a_written_step_of_tablets_is_recorded_and_the_next_comes_due(team: Team, client: Client) -> None:
    """A week later, from a day before; the end of the taper asks for no more."""
    fill_in(client, team.alice, team.patient, "titration.oral_plan", PLAN)
    assert fill_in(client, team.bob, team.patient, "titration.oral_step", STEP).status_code == 302
    (taper,) = titrating.oral_tapers(known_at(team.patient, START_MS))
    assert (taper.drug, taper.begun, taper.next_ms) == (Drug.BACLOFEN, True, START_MS + 7 * DAY_MS)
    due_item = "Next taper step by mouth: Baclofen"
    assert due_item not in items(team.patient, START_MS + 6 * DAY_MS - 1)
    assert due_item in items(team.patient, START_MS + 6 * DAY_MS)
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "titration"])))
    assert NEVER_STOP_AT_ONCE in page
    assert "55 mg/day" in page


def test_tablets_are_not_stopped_at_once_nor_two_at_a_time_without_two_people(team: Team, client: Client) -> None:
    """The findings panel says so, and nothing is written without a reason and a second person."""
    fill_in(client, team.alice, team.patient, "titration.oral_plan", PLAN)
    panel = text_of(preview(client, team.bob, team.patient, "titration.oral_step", {**STEP, "after_pg_per_day": "0"}))
    assert "stopped at once" in panel
    fill_in(client, team.bob, team.patient, "titration.oral_step", {**STEP, "after_pg_per_day": "0"})
    assert not StepRecord.objects.filter(sheet="titration.oral_step").exists()
    fill_in(client, team.bob, team.patient, "titration.oral_step", STEP)
    other = {**STEP, "drug": "tizanidine", "before_pg_per_day": "24", "after_pg_per_day": "20"}
    panel = text_of(preview(client, team.bob, team.patient, "titration.oral_step", other))
    assert "The taper of baclofen has begun and not ended" in panel


def test_a_note_is_recorded_whatever_it_says(team: Team, client: Client, implant: Implant) -> None:
    """Who can no longer stand is for today, who breathes slowly for now; neither waits for a signature."""
    assert fill_in(client, team.thea, team.patient, "titration.note", NOTE).status_code == 302
    fill_in(client, team.bob, team.patient, "titration.note", {**NOTE, "can_stand": "no"})
    assert last_record("titration.note").urgency == "today"
    fill_in(client, team.bob, team.patient, "titration.note", {**NOTE, "breathing_slow": "yes"})
    assert last_record("titration.note").urgency == "now"
    assert fill_in(client, team.bob, team.patient, "titration.note", {}).status_code == 302


def test_raising_after_losing_the_legs_asks_for_two_people(team: Team, client: Client, implant: Implant) -> None:
    """The note that plans an increase is not written by one."""
    entries = {**NOTE, "can_stand": "no", "next": "raise"}
    panel = text_of(preview(client, team.bob, team.patient, "titration.note", entries))
    assert "now cannot" in panel
    fill_in(client, team.bob, team.patient, "titration.note", entries)
    assert not StepRecord.objects.exists()


def test_a_rising_need_is_told_by_the_notes(team: Team, client: Client, implant: Implant) -> None:
    """Two increases in vain, then both parts checked; the page asks about the catheter until then."""
    page_url = reverse("step", args=[team.patient.pk, "titration"])
    for words in ("first", "second"):
        fill_in(client, team.bob, team.patient, "titration.note", {**NOTE, "helped": "no", "words": words})
    need = titrating.need_of(known_at(team.patient, START_MS))
    assert need.without_response == 2
    assert need.unchecked == "the pump and the catheter"
    assert "The last 2 increases did nothing" in text_of(sign_in(client, team.bob).get(page_url))
    checked = {**NOTE, "helped": "no", "pump_checked": "yes", "catheter_checked": "yes"}
    fill_in(client, team.bob, team.patient, "titration.note", checked)
    assert "increases did nothing" not in text_of(sign_in(client, team.bob).get(page_url))


@pytest.mark.parametrize(
    ("helped", "count"),
    [
        ([], None), (["yes"], 0), (["no"], 1), (["no", "no"], 2), (["no", "yes"], 0), (["yes", "no"], 1),
        (["no", "not_raised", "no"], 2), (["no", None], None), ([None, "no"], 1), (["not_raised"], None),
    ],
)  # fmt: skip
def test_increases_in_vain_are_counted_from_the_last_backwards(
    team: Team, client: Client, helped: list[str | None], count: int | None
) -> None:
    """One that helped ends the count, one not made is passed over, and an open answer is not known."""
    for number, answer in enumerate(helped):
        entries = {**NOTE, "helped": answer or "", "words": f"note {number}"}
        fill_in(client, team.bob, team.patient, "titration.note", entries)
    assert titrating.need_of(known_at(team.patient, START_MS)).without_response == count


def test_the_step_s_page_shows_dose_tone_and_function_in_one_figure(
    team: Team, client: Client, implant: Implant
) -> None:
    """The dose as it was read, and whether the person stands; the running order set and when it expires."""
    fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS)
    fill_in(client, team.bob, team.patient, "titration.note", NOTE)
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "titration"])))
    for words in (
        "Dose against tone and function", "300 mcg/day, read", "250 mcg/day to 400 mcg/day", "3 of 3 left",
        "at the end of 2 Apr 2026", "stands or transfers",
    ):  # fmt: skip
        assert words in page, words


def test_a_dose_that_has_long_been_enough_is_no_rising_need(team: Team, client: Client) -> None:
    """The page says nothing of the catheter where nobody asks for more; a note that plans more does."""
    read(make_implant(team.patient), team.bob, at_ms=START_MS - 400 * DAY_MS)
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "titration"])))
    assert "to have been checked" not in page
    panel = text_of(preview(client, team.bob, team.patient, "titration.note", {**NOTE, "next": "raise"}))
    assert "to have been checked" in panel


def test_an_empty_record_has_a_page_too(team: Team, client: Client) -> None:
    """Nothing is known, and that is said."""
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "titration"])))
    assert "not known" in page
    assert "none is signed" in page


def test_the_history_of_doses_is_told_by_read_outs() -> None:
    """A dose read twice is one, the pump's whole nanolitres are no change, and before the first nothing is known."""
    history = DoseHistory(
        read=((10, 300 * MCG), (20, 300 * MCG), (30, 330 * MCG), (40, 330 * MCG + 1_000), (50, 300 * MCG))
    )
    assert [at_ms for at_ms, _ in history.changes] == [10, 30, 50]
    assert [history.changes_since(from_ms) for from_ms in (0, 10, 29, 30, 49, 50)] == [2, 2, 2, 1, 1, 0]
    assert history.since_change_ms(60) == 10
    assert [history.at(at_ms) for at_ms in (9, 10, 29, 30)] == [None, 300 * MCG, 300 * MCG, 330 * MCG]
    assert (DoseHistory(read=()).since_change_ms(60), DoseHistory(read=()).at(60)) == (None, None)


def test_a_stopped_pump_is_no_dose_to_step_from(team: Team, client: Client, implant: Implant) -> None:
    """A nurse's restart is no step of an order set; a prescriber is asked for."""
    fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS)
    stopped = make_program(StopPump())
    assert orders(team.patient, acting=team.bob, mcg=300, program=stopped) == ["order.first_dose"]


def test_a_nurse_may_always_stop_and_lower_by_a_fifth(team: Team, implant: Implant) -> None:
    """With no order set at all; a larger lowering asks for one."""
    assert [orders(team.patient, acting=team.bob, mcg=mcg) for mcg in (240, 239)] == [[], ["order.none"]]
    assert orders(team.patient, acting=team.bob, mcg=0) == []


def test_a_corrected_order_set_stands_where_it_stood(team: Team, client: Client, implant: Implant) -> None:
    """Its steps are counted from the first signature, and one that was ended is not brought back by a correction."""
    fill_in(client, team.alice, team.patient, "titration.order_set", BOUNDS)
    first = last_record("titration.order_set")
    read(implant, team.bob, at_ms=START_MS + DAY_MS, mcg=310)
    later = START_MS + 2 * DAY_MS
    move_clock(to_ms=later, acting=None, now=at(later))
    entries = {**BOUNDS, "steps": "1", "corrects": str(first.pk), "reason": WHY}
    fill_in(client, team.alice, team.patient, "titration.order_set", entries)
    corrected = last_record("titration.order_set")
    assert corrected.corrects_id == first.pk
    assert orders(team.patient, acting=team.bob, mcg=330, now_ms=later + 3 * DAY_MS) == ["order.used_up"]
    fill_in(client, team.alice, team.patient, "titration.order_end", {"why": "a fall"})
    again = {**BOUNDS, "steps": "2", "corrects": str(corrected.pk), "reason": WHY}
    fill_in(client, team.alice, team.patient, "titration.order_set", again)
    assert last_record("titration.order_set").corrects_id == corrected.pk
    assert titrating.order_set_of(known_at(team.patient, later)) is None
