"""Step 7: a look at the wound is written down whatever was seen, comes due after each operation, leads to a plan."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, make_implant, text_of
from tests.clinic.steps.helpers import at, fill_in, known_at, last_record, preview

from thecal.clinic.actions import move_clock, start_clock
from thecal.clinic.models import Implant
from thecal.clinic.steps import wound
from thecal.clinic.work_items import Urgency, WorkItem
from thecal.units import DAY_MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("implant")]
WELL = {
    "fever": "no",
    "neck_stiffness": "no",
    "drowsiness": "no",
    "postural_headache": "no",
    "leak": "none",
    "redness": "no",
    "swelling": "no",
    "pump_in_place": "yes",
    "tone_as_expected": "yes",
}


@pytest.fixture
def implant(team: Team) -> Implant:
    """Operated at the tests' beginning, which is now."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))
    return make_implant(team.patient, implanted_ms=START_MS)


def go_to(day: int) -> None:
    """The clinic's clock on that day after the operation."""
    move_clock(to_ms=START_MS + day * DAY_MS, acting=None, now=at(START_MS + day * DAY_MS))


def due(team: Team, day: int) -> list[WorkItem]:
    """What the step asks for on that day."""
    return list(wound.STEP.due(known_at(team.patient, START_MS + day * DAY_MS)))


def check(team: Team, client: Client, **changed: Any) -> Any:
    """A look by the nurse at which everything is well but for what is said."""
    return fill_in(client, team.bob, team.patient, "wound.check", WELL | changed)


@pytest.mark.parametrize(
    ("day", "urgency"),
    [
        (0, Urgency.ROUTINE), (1, Urgency.ROUTINE), (2, Urgency.ROUTINE), (3, Urgency.URGENT), (14, Urgency.URGENT),
        (90, Urgency.URGENT), (91, None),
    ],
)  # fmt: skip
def test_a_check_is_announced_due_late_and_given_up(team: Team, day: int, urgency: Urgency | None) -> None:
    """Two days ahead it is planned, from the end of its day it is today's, after 90 days nobody asks for it."""
    assert [item.urgency for item in due(team, day)] == ([] if urgency is None else [urgency])


def test_each_look_answers_for_its_own_day(team: Team, client: Client, implant: Implant) -> None:
    """After day 2, days 10 to 14; then day 30; then none until a replacement, which begins anew."""
    for day, left in ((2, 7), (12, 27), (30, 89)):
        go_to(day)
        assert check(team, client).status_code == 302
        assert due(team, left) == []
    implant.removed_ms = START_MS + 400 * DAY_MS
    implant.save()
    make_implant(team.patient, implanted_ms=START_MS + 400 * DAY_MS)
    assert [item.what for item in due(team, 402)] == ["Look at wound and system"]


def test_a_corrected_look_stays_the_look_of_its_day(team: Team, client: Client) -> None:
    """Put right on day 12, the look of day 2 is no look of days 10 to 14."""
    go_to(2)
    check(team, client)
    wrong = last_record("wound.check")
    go_to(12)
    check(team, client, corrects=str(wrong.pk), words="Left side, not right.")
    assert [item.why for item in due(team, 12)] == ["The check of days 10 to 14 after the operation is due."]


def test_a_quiet_look_is_no_emergency(team: Team, client: Client) -> None:
    """Nothing to act on, and said so."""
    check(team, client)
    record = last_record("wound.check")
    assert (record.urgency, record.findings) == ("", [])
    assert wound.CHECK.tells(record.values) == "No sign seen."


@pytest.mark.parametrize(
    ("seen", "urgency"),
    [
        ({"fever": "yes", "neck_stiffness": "yes"}, "now"),
        ({"fever": "yes", "drowsiness": "yes"}, "now"),
        ({"fever": "yes", "neck_stiffness": ""}, "now"),
        ({"leak": "clear"}, "today"),
        ({"leak": "other"}, "today"),
        ({"postural_headache": "yes"}, "today"),
        ({"redness": "yes"}, "today"),
        ({"fever": ""}, "today"),
        ({"leak": ""}, "today"),
    ],
)
def test_what_was_seen_is_recorded_and_says_how_soon(
    team: Team, client: Client, seen: dict[str, str], urgency: str
) -> None:
    """Recorded by one person without a reason; an emergency leads to the record, which asks what was done."""
    answer = check(team, client, **seen)
    record = last_record("wound.check")
    assert answer.headers["Location"] == reverse("record", args=[record.pk])
    assert record.urgency == urgency
    page = text_of(client.get(answer.headers["Location"]))
    assert ("Act now" if urgency == "now" else "Act today") in page


@pytest.mark.parametrize("typed", ["", "2026-03-03T08:10"])
def test_a_look_without_a_time_was_made_when_it_was_recorded(team: Team, client: Client, typed: str) -> None:
    """It is not a time that nobody knows."""
    check(team, client, checked_ms=typed)
    shown = text_of(client.get(reverse("record", args=[last_record("wound.check").pk]))).replace("\u00a0", " ")
    assert ("when it was recorded" in shown) is (typed == "")
    assert ("3 Mar 2026 08:10" in shown) is (typed != "")


def test_an_empty_sheet_is_not_a_quiet_one(team: Team, client: Client) -> None:
    """Nobody looked: everything is not known, and asked again today."""
    fill_in(client, team.bob, team.patient, "wound.check", {})
    record = last_record("wound.check")
    assert record.urgency == "today"
    assert wound.CHECK.tells(record.values) == "No sign seen; not everything was looked at."


def test_the_findings_stand_beside_the_entries_while_they_are_made(team: Team, client: Client) -> None:
    """Before anything is recorded."""
    page = text_of(preview(client, team.bob, team.patient, "wound.check", WELL | {"fever": "yes", "drowsiness": "yes"}))
    assert "Meningitis, until shown otherwise" in page


def test_an_infected_system_asks_for_the_plan_before_the_removal(team: Team, client: Client) -> None:
    """On the worklist until the plan stands; the plan is then shown on the page, word for word."""
    sheet = "wound.infection"
    first = fill_in(client, team.bob, team.patient, sheet, {"infected": "yes", "surgeon_called": "Dr Sol, 10:00"})
    assert first.status_code == 302, "an infection is written down by one person"
    asked = [item for item in due(team, 1) if item.urgency is Urgency.EMERGENCY]
    assert [item.what for item in asked] == ["Write the plan against withdrawal"]
    known = known_at(team.patient, START_MS)
    assert (wound.infected(known), wound.withdrawal_plan(known)) == (True, None)

    plan = "Tablets from the removal on, ward 3, hourly."
    fill_in(client, team.alice, team.patient, sheet, {"infected": "yes", "removal_planned": "yes", "plan": plan})
    known = known_at(team.patient, START_MS)
    assert wound.withdrawal_plan(known) == plan
    assert [item for item in due(team, 1) if item.urgency is Urgency.EMERGENCY] == []
    assert plan in text_of(client.get(reverse("step", args=[team.patient.pk, "wound"])))


def test_a_removal_that_is_planned_without_a_plan_takes_two_people(team: Team, client: Client) -> None:
    """It is refused to one, and taken with a second person's signature to come: never blocked."""
    entries = {"infected": "yes", "removal_planned": "yes"}
    alone = fill_in(client, team.alice, team.patient, "wound.infection", entries)
    assert alone.status_code in {409, 422}
    signed = {**entries, "reason": "Septic; the plan follows.", "second_person": "later"}
    assert fill_in(client, team.alice, team.patient, "wound.infection", signed).status_code == 302


def test_an_earlier_system_s_infection_went_out_with_it(team: Team, client: Client, implant: Implant) -> None:
    """After a new implant nobody takes the new system for infected."""
    fill_in(client, team.bob, team.patient, "wound.infection", {"infected": "yes"})
    implant.removed_ms = START_MS + 2 * DAY_MS
    implant.save()
    assert wound.infected(known_at(team.patient, START_MS + 3 * DAY_MS)) is None
    make_implant(team.patient, implanted_ms=START_MS + 90 * DAY_MS)
    assert wound.infected(known_at(team.patient, START_MS + 91 * DAY_MS)) is None


def test_the_page_shows_when_each_check_is_due(team: Team, client: Client) -> None:
    """Dates counted from the operation on record, and what was done."""
    go_to(2)
    check(team, client)
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "wound"])))
    assert "days 10 to 14" in page
    assert "13 Mar 2026" in page
    assert "18 Mar 2026" in page


def test_without_an_operation_nothing_is_due(team: Team, client: Client) -> None:
    """A patient without an implant has no wound to look at, and the page says why."""
    known = known_at(team.other, START_MS)
    assert list(wound.STEP.due(known)) == []
    assert wound.STEP.look(known).facts == (("Last operation", "none on record"),)
