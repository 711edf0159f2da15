"""Step 12: the person first, then one step after the other, each with what it found; then a restart that is judged."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, make_implant, run_pump, text_of
from tests.clinic.steps.helpers import at, fill_in, known_at, last_record, preview

from thecal.care.restart import Interruption
from thecal.clinic.actions import move_clock, record_read_out, start_clock
from thecal.clinic.steps import trouble
from thecal.clinic.work_items import WorkItem
from thecal.pump import machine
from thecal.pump.commands import Stop
from thecal.pump.refusals import Refusal
from thecal.units import HOUR_MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
CALM = {"drowsy": "no", "floppy": "no", "tone_rises_fast": "no", "unstable": "no", "words": "Stiffer for a month."}


@pytest.fixture
def clock(team: Team) -> None:
    """The clinic's clock stands."""
    start_clock(now_ms=START_MS, acting=None, now=at(START_MS))


def begin(team: Team, client: Client, **seen: str) -> Any:
    """A first look by the nurse."""
    return fill_in(client, team.bob, team.patient, "trouble.first_look", CALM | seen)


def search(team: Team, client: Client, step: int, result: str = "sound", **more: str) -> Any:
    """One step of the search."""
    entries = {"step": str(step), "result": result, **more}
    return fill_in(client, team.bob, team.patient, "trouble.search", entries)


def due(team: Team) -> list[WorkItem]:
    """What the step asks for now."""
    return list(trouble.STEP.due(known_at(team.patient, START_MS + HOUR_MS)))


def page_of(team: Team, client: Client) -> str:
    """The step's page."""
    return text_of(client.get(reverse("step", args=[team.patient.pk, "trouble"])))


@pytest.mark.parametrize(
    ("seen", "urgency"),
    [
        ({}, ""),
        ({"tone_rises_fast": "yes", "unstable": "yes"}, "now"),
        ({"floppy": "yes", "drowsy": "yes"}, "now"),
        ({"floppy": "yes", "drowsy": ""}, "now"),
        ({"floppy": "yes"}, "today"),
        ({"unstable": ""}, "today"),
    ],
)
def test_a_first_look_tells_an_emergency_from_a_search(
    team: Team, client: Client, seen: dict[str, str], urgency: str
) -> None:
    """And is written down by one person either way."""
    assert begin(team, client, **seen).status_code == 302
    assert last_record("trouble.first_look").urgency == urgency


def test_a_search_goes_on_until_somebody_ends_it(team: Team, client: Client) -> None:
    """On the worklist with its next step; afterwards not any more."""
    assert due(team) == []
    begin(team, client)
    (item,) = due(team)
    assert "next is step 1, take the history" in item.why
    for step in (1, 2, 3, 4, 5):
        assert search(team, client, step).status_code == 302
    assert "next is step 6, empty the reservoir" in due(team)[0].why
    fill_in(client, team.bob, team.patient, "trouble.end", {"cause": "catheter", "words": "Kinked; revised."})
    assert due(team) == []


def test_the_page_lists_every_step_with_what_it_found(team: Team, client: Client) -> None:
    """Done, wrong, next, and not done; a fault says to restart low."""
    begin(team, client)
    search(team, client, 5, words="No alarm, runs as ordered.")
    search(team, client, 7, "fault", words="Disconnected at T12.")
    page = page_of(team, client)
    assert "No alarm, runs as ordered." in page
    assert "Something is wrong" in page
    assert "Disconnected at T12." in page
    assert page.count("<li value=") == 17
    assert "Passed over: 1 take the history" in page
    assert "sets a low dose in a monitored bed" in page


def test_an_earlier_search_s_findings_stay_with_it(team: Team, client: Client) -> None:
    """A new first look begins with nothing done."""
    begin(team, client)
    search(team, client, 5)
    fill_in(client, team.bob, team.patient, "trouble.end", {"cause": "none"})
    move_clock(to_ms=START_MS + HOUR_MS, acting=None, now=at(START_MS + HOUR_MS))
    begin(team, client)
    known = known_at(team.patient, START_MS + HOUR_MS)
    assert [each.step for each in trouble.results_of(known)] == [0]


def test_a_corrected_first_look_keeps_the_steps_that_followed_it(team: Team, client: Client) -> None:
    """A correction takes its record's place; what came after it came after it."""
    begin(team, client)
    search(team, client, 5)
    wrong = last_record("trouble.first_look")
    fill_in(client, team.bob, team.patient, "trouble.first_look", CALM | {"corrects": str(wrong.pk), "since": "May"})
    known = known_at(team.patient, START_MS)
    assert [each.step for each in trouble.results_of(known)] == [0, 5]


def test_the_next_step_is_offered_first(team: Team, client: Client) -> None:
    """The list stands at it; anybody may choose another."""
    begin(team, client)
    search(team, client, 1)
    page = text_of(client.get(reverse("sheet", args=[team.patient.pk, "trouble", "search"])))
    assert '<option value="2" selected>' in page


@pytest.mark.parametrize(
    ("earlier", "entries", "refused"),
    [
        ("sound", {}, False),
        ("not_possible", {}, True),
        (None, {}, True),
        (None, {"aspirated": "yes"}, False),
        (None, {"aspirated": "no"}, True),
        ("not_possible", {"injected": "no"}, False),
    ],
)
def test_contrast_after_aspiration_alone(
    team: Team, client: Client, earlier: str | None, entries: dict[str, str], *, refused: bool
) -> None:
    """What step 9 found is known at step 10; unknown is not yes. Two people may say why, and nothing is blocked."""
    begin(team, client)
    if earlier is not None:
        search(team, client, 9, earlier)
    answer = search(team, client, 10, **entries)
    assert (answer.status_code != 302) == refused
    if refused:
        assert "pushes its drug into the spine" in text_of(answer)
        signed = search(team, client, 10, reason="Done elsewhere.", second_person="later", **entries)
        assert signed.status_code == 302


def test_an_injection_is_judged_at_any_step(team: Team, client: Client) -> None:
    """It is not only step 10 at which somebody holds a syringe."""
    page = text_of(preview(client, team.bob, team.patient, "trouble.search", {"step": "9", "injected": "yes"}))
    assert "pushes its drug into the spine" in page


def test_a_dose_is_not_raised_before_the_hardware_was_looked_at(team: Team, client: Client) -> None:
    """It wants a reason until read-out, reservoir and X-ray were as they should be."""
    begin(team, client)
    for step in (1, 2, 3, 4, 5, 6):
        search(team, client, step)
    entries = {"step": "7", "raises_dose": "yes"}
    page = text_of(preview(client, team.bob, team.patient, "trouble.search", entries | {"result": "fault"}))
    assert "take plain x-rays" in page
    assert "A reason is asked for" in page
    sound = text_of(preview(client, team.bob, team.patient, "trouble.search", entries | {"result": "sound"}))
    assert "A reason is asked for" not in sound


@pytest.mark.parametrize(
    ("entries", "status", "says"),
    [
        ({"interruption": "scan", "stopped_for_h": "48"}, 302, "the program before may be restored"),
        ({"interruption": "scan", "stopped_for_h": "49"}, 422, ""),
        ({"interruption": "scan"}, 422, ""),
        ({"stopped_for_h": "1"}, 422, ""),
        ({"interruption": "repair", "stopped_for_h": "1"}, 422, ""),
        (
            {"interruption": "repair", "stopped_for_h": "1", "set_by_prescriber": "yes", "monitored_bed": "yes"},
            302,
            "a prescriber sets the dose",
        ),
        ({"set_by_prescriber": "yes", "monitored_bed": "yes"}, 302, "a prescriber sets the dose"),
        ({"reason": "No bed yet.", "second_person": "later"}, 302, ""),
    ],
)
def test_a_restart_offers_the_program_before_only_when_short_and_explained(
    team: Team, client: Client, entries: dict[str, str], status: int, says: str
) -> None:
    """Else a prescriber in a monitored bed, or two people; never a block."""
    answer = fill_in(client, team.bob, team.patient, "trouble.restart", entries)
    assert (answer.status_code == 302) == (status == 302)
    if says:
        assert says in page_of(team, client)


def test_the_visit_can_ask_why_the_pump_stands(team: Team, client: Client) -> None:
    """What was written since the pump stopped; not what was written of an earlier stop, and not of a pump that runs."""
    implant = make_implant(team.patient)
    stopped = machine.handle(run_pump(implant.serial), Stop())
    assert not isinstance(stopped, Refusal)
    record_read_out(implant=implant, interrogation=machine.interrogate(stopped), acting=team.bob, now=at(START_MS))
    assert trouble.interruption_of(known_at(team.patient, START_MS)) is None
    fill_in(client, team.bob, team.patient, "trouble.restart", {"interruption": "scan", "stopped_for_h": "3"})
    assert trouble.interruption_of(known_at(team.patient, START_MS)) is Interruption.SCAN
    running = machine.interrogate(run_pump(implant.serial))
    record_read_out(implant=implant, interrogation=running, acting=team.bob, now=at(START_MS + HOUR_MS))
    assert trouble.interruption_of(known_at(team.patient, START_MS + HOUR_MS)) is None


def test_no_entry_of_the_search_is_a_dose(team: Team) -> None:
    """Doses are ordered in a visit and reviewed there."""
    known = known_at(team.patient, START_MS)
    units = {
        getattr(entry, "unit", "")
        for sheet in trouble.STEP.sheets
        for entry in sheet.form(known=known).entries.values()
    }
    assert units <= {"", "h"}
