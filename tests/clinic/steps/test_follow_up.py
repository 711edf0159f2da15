"""Follow-up on the worklist and on its page: when it is due, what counts as one, what is done at home."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, make_implant, sign_in, text_of
from tests.clinic.steps.helpers import fill_in, known_at, last_record, preview, sheet_url

from thecal.clinic.actions import start_clock
from thecal.clinic.clock import clinic_now
from thecal.clinic.models import ClinicClock, Patient, Stage
from thecal.clinic.steps.follow_up import standing
from thecal.clinic.work_items import Urgency, WorkItem
from thecal.clinic.worklist import worklist
from thecal.units import DAY_MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
VISIT = "follow_up.visit"
WHOLE: dict[str, Any] = {
    "only_refilled": "no", "examined": "yes", "pump_read": "yes", "has_plan": "yes",
    "provider": "Home physiotherapy, once a week", "exercises_words": "Calf stretch, ten minutes a day",
    "exercises": "MOSTLY", "interval": "ONCE_A_YEAR",
}  # fmt: skip


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))


def on_day(day: int) -> str:
    """The date that many days after the start, as it is typed."""
    return f"{datetime.fromtimestamp((START_MS + day * DAY_MS) / 1_000, tz=UTC):%Y-%m-%d}"


def move_to(day: int) -> None:
    """The clock some days after the start."""
    ClinicClock.objects.update(now_ms=START_MS + day * DAY_MS)


def due(patient: Patient) -> list[WorkItem]:
    """What the worklist asks of follow-up."""
    return [item for item in worklist([patient], now_ms=clinic_now().clinic_ms) if item.what == "Follow-up"]


def followed_up(team: Team, client: Client, **entries: Any) -> None:
    """A follow-up that counts, unless said otherwise, with the next one booked a hundred days on."""
    day = (clinic_now().clinic_ms - START_MS) // DAY_MS
    told = WHOLE | {"next_day": on_day(day + 100), "reason": "So it was that day."} | entries
    answer = fill_in(client, team.bob, team.patient, VISIT, told)
    assert answer.status_code == 302, text_of(answer)


def test_a_whole_follow_up_is_recorded_by_one_person(team: Team, client: Client) -> None:
    """No reason, no finding, and the page tells the plan."""
    answer = fill_in(client, team.thea, team.patient, VISIT, WHOLE | {"next_day": on_day(200)})
    assert answer.status_code == 302, text_of(answer)
    assert last_record(VISIT).findings == []
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "follow_up"])))
    for words in ("Home physiotherapy, once a week", "Calf stretch", "mostly", "3 Mar 2026", "3 Mar 2027"):
        assert words in page, words


@pytest.mark.parametrize("stage", list(Stage))
def test_a_follow_up_that_nobody_knows_of_is_due_now(team: Team, stage: Stage) -> None:
    """For everyone whose pump delivers; nobody else is followed up for it."""
    Patient.objects.filter(pk=team.patient.pk).update(stage=stage)
    team.patient.refresh_from_db()
    items = due(team.patient)
    if stage not in {Stage.TITRATING, Stage.MAINTAINED, Stage.TAPERING}:
        assert items == []
        return
    (item,) = items
    assert (item.by_ms, item.urgency) == (START_MS, Urgency.ROUTINE)
    assert "not known" in item.why
    assert item.url == sheet_url(team.patient, VISIT)


@pytest.mark.parametrize(("interval", "days"), [("ONCE_A_YEAR", 365), ("TWICE_A_YEAR", 182), ("", 365)])
def test_the_next_is_due_a_year_or_half_a_year_on(team: Team, client: Client, interval: str, days: int) -> None:
    """It appears eight weeks ahead, and stays until it happened."""
    followed_up(team, client, interval=interval, next_day="")
    for day, shown in ((1, 0), (days - 57, 0), (days - 56, 1), (days, 1), (days + 1, 1), (days + 400, 1)):
        move_to(day)
        items = due(team.patient)
        assert len(items) == shown, day
        assert all(item.by_ms == START_MS + days * DAY_MS for item in items)


def test_a_booked_day_comes_first(team: Team, client: Client) -> None:
    """The booked day is when it is due; passed by without a follow-up, it is still there and says so."""
    followed_up(team, client)
    move_to(60)
    (item,) = due(team.patient)
    assert item.by_ms < START_MS + 101 * DAY_MS
    assert "Booked for" in item.why
    move_to(120)
    (item,) = due(team.patient)
    assert "One was booked for" in item.why


@pytest.mark.parametrize(
    "entries",
    [
        {"only_refilled": "yes"},
        {"only_refilled": "yes", "examined": "no"},
        {"only_refilled": ""},
        {"examined": "no"},
        {"examined": ""},
    ],
)
def test_a_refill_moves_no_follow_up(team: Team, client: Client, entries: dict[str, str]) -> None:
    """At home or here, with nobody examining, or with nobody knowing: the date stays where it was."""
    followed_up(team, client, next_day="")
    before = standing(known_at(team.patient, START_MS)).due_ms
    move_to(200)
    followed_up(team, client, next_day="", **entries)
    assert standing(known_at(team.patient, clinic_now().clinic_ms)).due_ms == before
    page = text_of(client.get(reverse("step", args=[team.patient.pk, "follow_up"])))
    assert "does not count as the follow-up" in page


def test_a_refill_alone_asks_why_it_is_written_here(team: Team, client: Client) -> None:
    """It is recorded once a reason is given."""
    told = WHOLE | {"next_day": on_day(100), "only_refilled": "yes"}
    assert fill_in(client, team.bob, team.patient, VISIT, told).status_code == 422
    page = text_of(preview(client, team.bob, team.patient, VISIT, told))
    assert "the date it is due stays" in page


@pytest.mark.parametrize(("ago", "known"), [(0, True), (100, True), (365, True), (366, False), (2_000, False)])
def test_a_new_implant_begins_the_count(team: Team, ago: int, known: bool) -> None:
    """Within a year of it none can have been missed; later nobody knows."""
    make_implant(team.patient, implanted_ms=START_MS - ago * DAY_MS)
    now = standing(known_at(team.patient, START_MS))
    assert now.from_implant == known
    assert now.due_ms == (START_MS + (365 - ago) * DAY_MS if known else START_MS)
    assert len(due(team.patient)) == (ago > 300)


@pytest.mark.parametrize(("day", "taken"), [(-1, False), (0, False), (1, True)])
def test_the_next_follow_up_is_not_booked_for_a_day_that_has_begun(
    team: Team, client: Client, day: int, taken: bool
) -> None:
    """Tomorrow is the first day there is."""
    answer = fill_in(client, team.bob, team.patient, VISIT, WHOLE | {"next_day": on_day(day)})
    assert (answer.status_code == 302) == taken


@pytest.mark.parametrize(("day", "asks"), [(364, False), (365, False), (366, True), (400, True)])
def test_a_next_follow_up_too_late_asks_for_a_reason(team: Team, client: Client, day: int, asks: bool) -> None:
    """A year at the latest."""
    answer = fill_in(client, team.bob, team.patient, VISIT, WHOLE | {"next_day": on_day(day)})
    assert (answer.status_code == 422) == asks


def test_what_is_not_known_is_said_and_recorded(team: Team, client: Client) -> None:
    """An empty sheet names everything that it left out."""
    assert fill_in(client, team.bob, team.patient, VISIT, {}).status_code == 302
    rules = [found["rule"] for found in last_record(VISIT).findings]
    assert sorted(rules) == sorted(
        f"follow_up.{name}"
        for name in ("refill_only", "not_examined", "pump_not_read", "no_plan", "exercises", "next_unknown")
    )


def test_before_a_pump_there_is_no_follow_up(team: Team, client: Client) -> None:
    """The page says when it begins."""
    Patient.objects.filter(pk=team.patient.pk).update(stage=Stage.BEFORE_SCREENING)
    page = text_of(sign_in(client, team.bob).get(reverse("step", args=[team.patient.pk, "follow_up"])))
    assert "begins with the pump" in page


def test_who_may_and_who_may_not(team: Team, client: Client) -> None:
    """Prescriber, nurse and therapist write; the others of the staff read."""
    url = sheet_url(team.patient, VISIT)
    for name, status in {"alice": 200, "bob": 200, "thea": 200, "sol": 403, "phil": 403, "cora": 403}.items():
        assert sign_in(client, getattr(team, name)).get(url).status_code == status, name
    for person in (team.pat, team.oda, team.charlie):
        assert sign_in(client, person).get(url).status_code in {403, 404}


def test_a_follow_up_put_right_keeps_its_day(team: Team, client: Client) -> None:
    """Correcting a record months later moves no date, and its next day may be over by now."""
    followed_up(team, client)
    wrong, before = last_record(VISIT), standing(known_at(team.patient, START_MS))
    move_to(200)
    told = WHOLE | {"next_day": on_day(110), "corrects": str(wrong.pk)}
    answer = fill_in(client, team.bob, team.patient, VISIT, told)
    assert answer.status_code == 302, text_of(answer)
    now = standing(known_at(team.patient, clinic_now().clinic_ms))
    assert (now.due_ms, now.due.last_ms) == (before.due_ms, START_MS)
    assert now.booked_ms is not None
    assert now.booked_ms > (before.booked_ms or 0)
