"""Pages at home: whom to call, the plan as written, a card that gives way to the pump, a guide without a verdict."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clinic.helpers import (
    NOW,
    START_MS,
    Team,
    make_implant,
    make_patient,
    make_person,
    read_pump,
    sign_in,
    text_of,
)
from tests.clinic.steps.helpers import fill_in

from thecal.clinic.actions import record_read_out, start_clock
from thecal.clinic.models import Fill, Holds, Implant, MriClass, PumpUpdate, Role, StepRecord, Visit
from thecal.units import DAY_MS

PLAN = {"too_little": "Ring first. Then one tablet.", "tablets": "Baclofen 10 mg, only when we say so.", "hospital": ""}

FOLLOW_UP = {
    "only_refilled": "no", "examined": "yes", "pump_read": "yes", "has_plan": "yes", "provider": "Ida, at home",
    "exercises_words": "Calf stretch, ten minutes", "exercises": "MOSTLY", "interval": "ONCE_A_YEAR",
}  # fmt: skip


@pytest.fixture
def implant(team: Team) -> Implant:
    """The first patient's pump, read today and filled."""
    implant = make_implant(team.patient, catheter_model="Ascenda", catheter_holds=Holds.DRUG)
    record_read_out(implant=implant, interrogation=read_pump(implant.serial), acting=team.bob, now=NOW)
    Fill.objects.create(
        implant=implant, at_ms=START_MS, volume_nl=18_000_000, concentration_pg_per_nl=2_000, by=team.bob
    )
    start_clock(now_ms=START_MS, acting=None, now=NOW)
    return implant


def page(client: Client, name: str, *args: Any) -> str:
    """A page as text."""
    return text_of(client.get(reverse(name, args=args)))


@pytest.mark.parametrize("who", ["pat", "oda"])
def test_the_first_page_says_whom_to_call_and_when_to_refill(
    team: Team, implant: Implant, client: Client, who: str
) -> None:
    """Day and night, the date to book, the date of the beep, and that nobody reads at night; to the carer too."""
    shown = page(sign_in(client, getattr(team, who)), "own_page")
    assert "555 0142" in shown
    assert "555 0100" in shown
    assert "Book it for" in shown
    assert "Never wait for the beep" in shown
    assert "Nobody reads these pages at night" in shown
    assert ("These pages are about" in shown) == (who == "oda")
    assert team.patient.name in shown


def test_before_a_pump_there_is_the_guide(team: Team, client: Client) -> None:
    """Nothing is said of a refill that there is not."""
    shown = page(sign_in(client, team.charlie), "own_page")
    assert "There is no pump yet" in shown
    assert "Book it for" not in shown
    assert reverse("guide") in shown


def test_a_pump_that_was_never_read_has_no_date(team: Team, client: Client) -> None:
    """Not known is said."""
    make_implant(team.other)
    assert "The pump has not been read yet" in page(sign_in(client, team.charlie), "own_page")


def test_both_lists_of_warning_signs_are_there(team: Team, client: Client) -> None:
    """Too little, too much, the beep, and the numbers."""
    shown = page(sign_in(client, team.oda), "own_signs")
    for sign in (
        "itches",
        "Stiffer",
        "fever",
        "sleepy",
        "floppy",
        "Slow, shallow breath",
        "A fit",
        "Two tones",
        "555 0142",
    ):
        assert sign in shown, sign


def test_the_rescue_plan_is_shown_as_it_was_written_with_its_date(team: Team, implant: Implant, client: Client) -> None:
    """Word for word, by whom and when; what was left out is left out."""
    assert fill_in(client, team.alice, team.patient, "own.rescue", PLAN).status_code == 302
    shown = page(sign_in(client, team.oda), "own_plan")
    assert "Ring first. Then one tablet." in shown
    assert "Baclofen 10 mg, only when we say so." in shown
    assert "3 Mar 2026" in shown
    assert team.alice.name in shown
    assert "Which hospital" not in shown
    assert "not known" not in shown


def test_the_last_plan_counts(team: Team, implant: Implant, client: Client) -> None:
    """An old plan beside a new one would be two plans."""
    fill_in(client, team.alice, team.patient, "own.rescue", PLAN)
    fill_in(client, team.alice, team.patient, "own.rescue", PLAN | {"too_little": "Ring, and come in."})
    shown = page(sign_in(client, team.pat), "own_plan")
    assert "Ring, and come in." in shown
    assert "Ring first." not in shown


def test_a_plan_cannot_run_a_script(team: Team, implant: Implant, client: Client) -> None:
    """Words are words."""
    fill_in(client, team.alice, team.patient, "own.rescue", {"too_little": "<script>alert(1)</script>"})
    assert "<script>alert" not in page(sign_in(client, team.pat), "own_plan")


@pytest.mark.parametrize("who", ["bob", "thea", "sol", "phil", "cora"])
def test_only_a_prescriber_writes_a_rescue_plan(team: Team, client: Client, who: str) -> None:
    """The others read it."""
    assert fill_in(client, getattr(team, who), team.patient, "own.rescue", PLAN).status_code == 403
    assert not StepRecord.objects.exists()


def test_no_plan_is_said_and_nothing_is_made_up(team: Team, client: Client) -> None:
    """No tablets of one's own choice."""
    shown = page(sign_in(client, team.pat), "own_plan")
    assert "No plan is written yet" in shown
    assert re.search(r"\d+ ?mg", shown) is None


def test_the_card_has_what_an_emergency_room_asks_for(team: Team, implant: Implant, client: Client) -> None:
    """Everything on record, with its date; and the pump's own read-out wins."""
    for shown in (
        page(sign_in(client, team.pat), "own_card"),
        page(sign_in(client, team.bob), "card", team.patient.pk),
    ):
        for said in (
            team.patient.name, "born 17 May 1990", "baclofen", "2000 micrograms in each mL", "300 micrograms a day",
            "as read 3 Mar 2026", implant.serial, implant.pump_model, "Ascenda", "89 cm", "T10", "MR conditional",
            "none known", "555 0142", "555 0100", "Card of <strong>3 Mar 2026", "pump's own read-out wins",
        ):  # fmt: skip
            assert said in shown, said
        assert "mcg" not in shown
        assert "emergency key" not in shown.lower()


def test_the_card_says_what_is_not_known(team: Team, client: Client) -> None:
    """A pump nobody read, an MRI class nobody wrote down, allergies nobody asked about."""
    patient = make_patient("Nobody Asked", allergies="")
    make_implant(patient, mri_class=MriClass.UNKNOWN)
    shown = page(sign_in(client, team.bob), "card", patient.pk)
    assert shown.count("not known") >= 7
    assert "none known" not in shown


def test_the_card_of_somebody_without_a_pump_says_so(team: Team, client: Client) -> None:
    """And prints no numbers of another's."""
    assert "no pump is on record" in page(sign_in(client, team.charlie), "own_card")


def test_after_a_removal_no_page_at_home_speaks_of_a_pump_that_is_in(
    team: Team, implant: Implant, client: Client
) -> None:
    """The card says that it is out and since when, and prints no dose; an old plan says that it is old."""
    fill_in(client, team.alice, team.patient, "own.rescue", PLAN)
    implant.removed_ms, implant.removed_why = START_MS + DAY_MS, "infection"
    implant.save()
    Visit.objects.create(
        patient=team.patient, by=team.bob, opened_ms=START_MS, closed_ms=START_MS, next_due_ms=START_MS + DAY_MS
    )
    for card in (page(sign_in(client, team.pat), "own_card"), page(sign_in(client, team.bob), "card", team.patient.pk)):
        for said in ("My baclofen pump was taken out", "Out since <strong>4 Mar 2026", "infection", "Too little"):
            assert said in card, said
        for said in ("I have a baclofen pump", "micrograms", "Refill by", "stop the pump", "own read-out wins"):
            assert said not in card, said
    first = page(sign_in(client, team.pat), "own_page")
    assert "It was taken out on 4 Mar 2026" in first
    for said in ("There is no pump yet", "The next visit", "the pump beeps"):
        assert said not in first, said
    assert "Ask for a new plan today" in page(client, "own_plan")
    signs = page(client, "own_signs")
    assert "a baclofen pump was taken out on 4 Mar 2026" in signs
    assert "The pump beeps" not in signs


def test_an_unconfirmed_update_is_on_the_card(team: Team, implant: Implant, client: Client) -> None:
    """Then nobody knows which dose runs, and the card must not look as if it did."""
    visit = Visit.objects.create(patient=team.patient, by=team.alice, opened_ms=START_MS)
    PumpUpdate.objects.create(
        visit=visit, implant=implant, transaction_id="t", digest="d", onto_revision=1, update={}, review={},
        by=team.alice, status="unconfirmed", created_ms=START_MS,
    )  # fmt: skip
    assert "is not confirmed" in page(sign_in(client, team.pat), "own_card")


def test_good_and_bad_says_that_it_may_weaken(team: Team, client: Client) -> None:
    """Also when nothing is wrong; in numbers of people, with their sources."""
    shown = page(sign_in(client, team.pat), "own_good_and_bad")
    assert "It may make you weaker" in shown
    assert "even when nothing is wrong" in shown
    assert "%" not in shown
    for source in ("Krach 2006", "29326296", "24407102", "PMC5571990"):
        assert source in shown


def test_the_guide_is_public_prints_and_gives_no_verdict(client: Client, db: None) -> None:
    """No sign-in, no script; what to ask, and no word that decides."""
    shown = page(client, "guide")
    assert "<script" not in shown
    assert "What to ask" in shown
    assert "Call your insurer first" in shown
    lower = shown.lower()
    for verdict in (
        "you need a pump",
        "you should get",
        "we recommend",
        "you qualify",
        "not suitable",
        "right for you",
    ):
        assert verdict not in lower, verdict
    assert re.search(r"\d\s*(mg|mcg|micrograms)\b", shown) is None


def test_nobody_sees_another_records_pages(team: Team, implant: Implant, client: Client) -> None:
    """The carer of one record, the patient of another."""
    zoe = make_person("zoe", Role.CARER, team.other)
    fill_in(client, team.alice, team.patient, "own.rescue", PLAN)
    for person in (team.charlie, zoe):
        sign_in(client, person)
        for name in ("own_page", "own_plan", "own_card", "own_diary", "own_exercises"):
            shown = page(client, name)
            assert team.patient.name not in shown
            assert "Ring first" not in shown
        assert client.get(reverse("card", args=[team.patient.pk])).status_code == 403


def test_exercises_come_from_the_follow_up_and_are_ticked(team: Team, implant: Implant, client: Client) -> None:
    """As they were written there; one tick a day, the last word counts; the clinic sees it."""
    sign_in(client, team.oda)
    assert "No exercises are written down yet" in page(client, "own_exercises")
    assert fill_in(client, team.bob, team.patient, "follow_up.visit", FOLLOW_UP).status_code == 302
    sign_in(client, team.oda)
    assert "Calf stretch, ten minutes" in page(client, "own_exercises")
    for done in ("some", "all", "all", "nonsense", ""):
        assert client.post(reverse("own_exercises"), {"done": done}).status_code == 302
    assert [record.values["done"] for record in StepRecord.objects.filter(sheet="own.exercise")] == ["some", "all"]
    assert "All of them" in page(client, "own_exercises")
    staff = page(sign_in(client, team.bob), "step", team.patient.pk, "own")
    assert "Exercises of 2026-03-03: all of them" in staff


def test_the_steps_page_says_that_a_plan_is_missing(team: Team, implant: Implant, client: Client) -> None:
    """A pump at home without a written plan."""
    assert "No rescue plan" in page(sign_in(client, team.bob), "step", team.patient.pk, "own")
    fill_in(client, team.alice, team.patient, "own.rescue", PLAN)
    assert "No rescue plan" not in page(sign_in(client, team.bob), "step", team.patient.pk, "own")
