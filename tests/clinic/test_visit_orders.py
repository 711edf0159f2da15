"""Order sets at the pump: what a nurse may send alone, and for what a prescriber has to be the second person."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.clinic.helpers import START_MS, Team, at, make_implant, make_program, read_pump
from tests.clinic.steps.helpers import fill_in

from thecal.clinic.actions import open_visit, record_read_out, start_clock
from thecal.clinic.draft import Draft
from thecal.clinic.models import Implant, Person, Visit
from thecal.clinic.reviewing import Judged, judge
from thecal.pump.infusion import SimpleContinuous, StopPump
from thecal.pump.memory import Interrogation
from thecal.units import DAY_MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ORDER = {
    "lowest_pg_per_day": "200", "highest_pg_per_day": "400", "largest_step_per_mille": "10",
    "shortest_interval_h": "24", "steps": "3", "expires_on": "2026-04-02",
}  # fmt: skip
HELPED = {"helped": "yes", "pump_checked": "yes", "catheter_checked": "yes"}
WHY = "more spasms at night since last week"


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))


@pytest.fixture
def implant(team: Team) -> Implant:
    """A pump that has run 300 mcg/day for five days, and was just read."""
    made = make_implant(team.patient)
    for at_ms in (START_MS - 5 * DAY_MS, START_MS):
        record_read_out(implant=made, interrogation=said(made, at_ms), acting=team.bob, now=at(at_ms))
    return made


def said(implant: Implant, at_ms: int = START_MS, *, stopped: bool = False) -> Interrogation:
    """What the pump says."""
    program = make_program(StopPump() if stopped else SimpleContinuous(rate_nl_per_day=150_000))
    return read_pump(implant.serial, at_ms=at_ms, now_ms=START_MS - 5 * DAY_MS, program=program)


def ordered(team: Team, implant: Implant, acting: Person, *, stopped: bool = False, **entries: Any) -> Judged:
    """What the visit says to this person's order."""
    read = said(implant, stopped=stopped)
    visit = Visit.objects.filter(patient=team.patient).first()
    visit = visit or open_visit(patient=team.patient, acting=acting, now=at(START_MS))
    draft = replace(Draft.of_program(read.program), **entries)
    return judge(visit, implant, read, draft, now_ms=START_MS, acting=acting)


def asked(judged: Judged) -> set[str]:
    """The order set's rules among the findings."""
    assert judged.review is not None, judged.wrong
    return {each.rule for each in judged.review.findings if each.rule.startswith("order.")}


def test_without_an_order_set_a_nurse_needs_a_prescriber(team: Team, client: Client, implant: Implant) -> None:
    """Another nurse or pharmacist is not enough, a reason neither; a prescriber as second person is."""
    fill_in(client, team.bob, team.patient, "titration.note", HELPED)
    alone = ordered(team, implant, team.bob, daily_dose="315", reason=WHY)
    wrong = ordered(team, implant, team.bob, daily_dose="315", reason=WHY, second_person=team.phil.username)
    right = ordered(team, implant, team.bob, daily_dose="315", reason=WHY, second_person=team.alice.username)
    assert asked(alone) == {"order.none"}
    assert [each.may_update for each in (alone, wrong, right)] == [False, False, True]
    assert alone.wants_prescriber
    assert alone.review is not None
    assert "a prescriber as the second person" in alone.review.missing


def test_within_an_order_set_a_nurse_works_alone(team: Team, client: Client, implant: Implant) -> None:
    """+5 % is sent by one person; +11 % is not, though the label would allow it."""
    fill_in(client, team.bob, team.patient, "titration.note", HELPED)
    fill_in(client, team.alice, team.patient, "titration.order_set", ORDER)
    assert ordered(team, implant, team.bob, daily_dose="315").may_update
    beyond = ordered(team, implant, team.bob, daily_dose="333")
    assert asked(beyond) == {"order.step"}
    assert not beyond.may_update


@pytest.mark.parametrize(
    ("dose", "mode"), [("300", "continuous"), ("240", "continuous"), ("", "stopped"), ("", "minimum")]
)
def test_the_same_dose_a_lowering_and_a_stop_need_no_order_set(
    team: Team, implant: Implant, dose: str, mode: str
) -> None:
    """A nurse alone, with nothing signed."""
    judged = ordered(team, implant, team.bob, daily_dose=dose, mode=mode)
    assert asked(judged) == set()
    assert not judged.wants_prescriber


def test_a_prescriber_needs_no_order_set(team: Team, client: Client, implant: Implant) -> None:
    """Nobody signs for them what they would sign for others."""
    fill_in(client, team.bob, team.patient, "titration.note", HELPED)
    assert ordered(team, implant, team.alice, daily_dose="333").may_update


def test_a_restart_is_covered_by_no_order_set(team: Team, client: Client, implant: Implant) -> None:
    """Whatever is signed, a nurse restarts with a prescriber."""
    fill_in(client, team.alice, team.patient, "titration.order_set", ORDER)
    judged = ordered(team, implant, team.bob, stopped=True, mode="continuous", daily_dose="300")
    assert asked(judged) == {"order.first_dose"}


def test_a_rising_need_asks_about_the_catheter_in_the_visit(team: Team, client: Client, implant: Implant) -> None:
    """Two notes that an increase did nothing: two people for the next one, until both parts were checked."""
    for words in ("first", "second"):
        fill_in(client, team.bob, team.patient, "titration.note", {"helped": "no", "words": words})
    judged = ordered(team, implant, team.alice, daily_dose="315")
    assert judged.review is not None
    assert "titration.no_response" in {each.rule for each in judged.review.findings}
    assert "a second person" in judged.review.missing
    checked = {"helped": "no", "pump_checked": "yes", "catheter_checked": "yes"}
    fill_in(client, team.bob, team.patient, "titration.note", checked)
    assert ordered(team, implant, team.alice, daily_dose="315").may_update
