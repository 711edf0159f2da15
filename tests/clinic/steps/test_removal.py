"""Removal in the clinic: the prescriber's taper, a look every day, a plan before the operation, and never a block."""

import pytest
from django.urls import reverse
from tests.clinic.helpers import START_MS, Team, at, make_heard, make_implant, sign_in, text_of
from tests.clinic.steps.helpers import preview
from tests.clinic.steps.theatre import BOOKED, OPERATED, SAID, Theatre

from thecal.clinic.actions import record_call
from thecal.clinic.models import CallUrgency, Implant, Stage, StepRecord, Visit
from thecal.clinic.steps.removal_cases import plan_of
from thecal.clinic.steps.removal_page import runs_at_most
from thecal.clinic.steps.surgery import booking_of, consented
from thecal.clinic.worklist import worklist
from thecal.rehearsal.world import World
from thecal.units import DAY_MS, HOUR_MS

TAPER = {
    "old_pg_per_day": "300",
    "concentration_pg_per_nl": "500",
    "share_per_mille": "20",
    "steps": "8",
    "interval_h": "48",
    "first_day": "2026-03-04",
    "oral_cover": "Oral baclofen 10 mg four times a day from the first step.",
    "daily_checker": "Noor Haddad",
    "why": "wish",
}
SIGNS = ("fever", "confused", "rigid", "seizure", "itch", "tingling", "stiffer", "fast_heart")
WELL = dict.fromkeys(SIGNS, "no")
PLAN = {
    "why": "wish",
    "tapered": "yes",
    "surgery_day": "2026-03-20",
    "withdrawal_plan": "Watched bed for four days; oral baclofen as written.",
}


@pytest.fixture
def running(elsewhere: Theatre) -> Theatre:
    """A patient with a pump that was read to run 300 mcg/day."""
    make_implant(elsewhere.patient, implanted_ms=START_MS - 400 * DAY_MS)
    elsewhere.read(made_ms=START_MS - 400 * DAY_MS)
    return elsewhere


def test_a_taper_is_the_prescriber_s_alone(running: Theatre, team: Team) -> None:
    """Nobody else opens the sheet; signed, the patient is being tapered."""
    for person in (team.bob, team.sol, team.phil, team.cora):
        assert running.send("removal.taper", TAPER, person).status_code == 403
    running.done("removal.taper", TAPER, team.alice)
    assert running.patient.stage == Stage.TAPERING


def test_no_number_of_a_taper_is_filled_in(running: Theatre, team: Team) -> None:
    """Empty is empty: the page suggests nothing, and nothing is worked out."""
    running.client.force_login(team.alice)
    record = running.done("removal.taper", running.agreed({}) | {"second_person": "bob"}, team.alice)
    assert {name: value for name, value in record.values.items() if value} == {}
    assert "The taper, from the prescriber's numbers" not in running.page("removal").replace("&#x27;", "'")


def test_the_page_shows_each_step_and_what_was_published_as_reading(running: Theatre, team: Team) -> None:
    """240, 192, 153.6 mcg/day: a fifth less each time, two days apart."""
    running.done("removal.taper", TAPER, team.alice)
    page = running.page("removal")
    for shown in ("240 mcg/day", "192 mcg/day", "153.6 mcg/day", "6 Mar 2026 00:00", "reading only", "Hwang 2019"):
        assert shown in page, shown


def test_a_strong_drug_names_the_fill_that_a_step_waits_for(running: Theatre, team: Team) -> None:
    """2000 mcg/mL cannot be run below 96 mcg/day: the weaker fill and its step are named, and a reason is asked."""
    strong = TAPER | {"concentration_pg_per_nl": "2000"}
    shown = text_of(preview(running.client, team.alice, running.patient, "removal.taper", strong))
    assert "Before step 6" in shown
    assert running.send("removal.taper", strong, team.alice).status_code == 422
    running.done("removal.taper", strong | {"reason": "the fill is booked with pharmacy"}, team.alice)
    assert "fill with 1000 mcg/mL" in running.page("removal")


@pytest.mark.parametrize(
    "changed",
    [{"share_per_mille": "20.1"}, {"interval_h": "23"}, {"oral_cover": ""}, {"daily_checker": ""}, {"steps": "1"}],
)
def test_what_is_steeper_or_uncovered_takes_two_and_is_never_refused(
    running: Theatre, team: Team, changed: dict[str, str]
) -> None:
    """One step from 300 ends at 240 mcg/day, which passes; the others ask for a second person."""
    answer = running.send("removal.taper", TAPER | changed, team.alice)
    assert answer.status_code == (302 if "steps" in changed else 422)
    if "steps" not in changed:
        assert "a finding blocks this" not in text_of(answer)
        signed = running.agreed(TAPER | changed) | {"second_person": "bob"}
        running.done("removal.taper", signed, team.alice)


def test_the_next_step_stays_on_the_worklist_until_the_pump_is_read_to_run_it(running: Theatre, team: Team) -> None:
    """On its day it is due today; a pump that was read at 300 mcg/day has not made it."""
    running.done("removal.taper", TAPER, team.alice)
    assert ("Planned", "Program step 1 of the taper") in running.work("removal")
    assert ("Planned", "Write the plan against withdrawal") in running.work("removal")
    running.wait(DAY_MS)
    assert ("Today", "Program step 1 of the taper") in running.work("removal")
    pump = running.known().chart.pump
    assert pump is not None
    assert runs_at_most(pump, 300_000_000)
    assert runs_at_most(pump, 299_960_000), "shown as 300 mcg/day, and typed so"
    assert not runs_at_most(pump, 299_940_000)


def test_somebody_looks_every_day_from_the_first_step_on(running: Theatre, team: Team) -> None:
    """Not before it; a day after the last look it is late."""
    running.done("removal.taper", TAPER, team.alice)
    assert "Look for withdrawal" not in [what for _, what in running.work("removal")]
    running.wait(DAY_MS)
    assert ("Planned", "Look for withdrawal") in running.work("removal")
    running.wait(DAY_MS)
    assert ("Today", "Look for withdrawal") in running.work("removal")
    running.done("removal.daily_check", WELL, team.bob)
    assert ("Planned", "Look for withdrawal") in running.work("removal")


@pytest.mark.parametrize(
    ("sign", "urgency"), [("fever", "now"), ("rigid", "now"), ("itch", "today"), ("stiffer", "today")]
)
def test_a_sign_of_withdrawal_is_on_the_worklist_at_once(running: Theatre, team: Team, sign: str, urgency: str) -> None:
    """The check is kept as it was."""
    record = running.done("removal.daily_check", WELL | {sign: "yes"}, team.bob)
    assert record.urgency == urgency


def test_a_removal_leaves_nothing_in_the_room_and_goes_on_being_watched(theatre: Theatre, team: Team) -> None:
    """Plan, operation, four days of looking; then a consent and a booking are asked for anew."""
    theatre.operate()
    theatre.done("removal.plan", PLAN)
    assert ("Planned", "Remove the pump") in theatre.work("removal")
    theatre.wait(HOUR_MS)
    theatre.done("removal.operation", {"catheter_whole": "yes"})
    gone = Implant.objects.get(serial=OPERATED["serial"])
    assert (gone.removed_ms, gone.removed_why) == (theatre.now_ms, "the patient's wish")
    assert theatre.patient.stage == Stage.REMOVED
    assert theatre.world is not None
    with World.open(theatre.world) as world:
        assert world.serial(theatre.patient.record_number) is None
    assert theatre.work("removal") == [("Planned", "Look for withdrawal")]
    theatre.wait(4 * DAY_MS)
    theatre.done("removal.daily_check", WELL, team.bob)
    assert theatre.work("removal") == []
    assert (consented(theatre.known()), booking_of(theatre.known())) == (None, None)


def test_after_a_removal_nothing_is_asked_of_a_pump(theatre: Theatre, team: Team) -> None:
    """No visit that the last one asked for, no order set; the card says what became of the catheter."""
    theatre.operate()
    Visit.objects.create(
        patient=theatre.patient, by=team.alice, opened_ms=START_MS, closed_ms=START_MS, next_due_ms=START_MS
    )
    order = {
        "lowest_pg_per_day": 100_000_000, "highest_pg_per_day": 200_000_000, "largest_step_per_mille": 100,
        "shortest_interval_h": 48, "steps": 3, "expires_on": "2026-03-04", "words": None,
    }  # fmt: skip
    theatre.write("titration.order_set", order)
    assert theatre.work("titration")
    theatre.done("removal.plan", PLAN)
    theatre.done(
        "removal.operation", {"catheter_whole": "no", "catheter_left": "10 cm at L3", "reason": "it held fast in scar"}
    )
    asked = [item.what for item in worklist([theatre.patient], now_ms=theatre.now_ms)]
    assert "Look for withdrawal" in asked
    assert not {"See for a visit", "See for titration", "Refill the pump"} & set(asked)
    assert theatre.work("titration") == []
    card = text_of(sign_in(theatre.client, team.bob).get(reverse("card", args=[theatre.patient.pk])))
    assert "part of it was left: 10 cm at L3" in card
    seen = text_of(theatre.client.get(reverse("patient", args=[theatre.patient.pk])))
    assert "not read" not in seen
    assert "was taken out 3 Mar 2026" in seen
    assert PLAN["withdrawal_plan"] in theatre.page("removal")


@pytest.mark.parametrize("urgency", [CallUrgency.NOW, CallUrgency.TODAY])
def test_a_call_after_a_removal_sends_nobody_to_read_a_pump(theatre: Theatre, team: Team, urgency: CallUrgency) -> None:
    """The plan against withdrawal instead."""
    theatre.operate()
    theatre.done("removal.plan", PLAN)
    call = record_call(
        patient=theatre.patient, caller="Oda", words="", heard=make_heard(), urgency=urgency, acting=team.bob,
        now=at(theatre.now_ms),
    )  # fmt: skip
    url = reverse("call", args=[call.pk])
    assert "Have the pump interrogated" in text_of(sign_in(theatre.client, team.bob).get(url))
    theatre.done("removal.operation", {"catheter_whole": "yes"})
    shown = text_of(sign_in(theatre.client, team.bob).get(url))
    assert "Have the pump interrogated" not in shown
    assert "The pump was taken out 3 Mar 2026" in shown.replace("\u00a0", " ")


@pytest.mark.parametrize("out", [False, True])
def test_a_sign_after_the_removal_leads_to_the_plan_and_to_no_dose(theatre: Theatre, team: Team, out: bool) -> None:
    """There is no dose to go back to."""
    theatre.operate()
    theatre.done("removal.plan", PLAN)
    if out:
        theatre.done("removal.operation", {"catheter_whole": "yes"})
    said = text_of(preview(theatre.client, team.bob, theatre.patient, "removal.daily_check", WELL | {"itch": "yes"}))
    assert ("go back to the dose" in said) is not out
    assert ("go by the plan against withdrawal" in said) is out


def test_a_second_pump_asks_for_everything_anew_at_once(theatre: Theatre) -> None:
    """Even where the rehearsal's clock stands: consent, booking and plan of the pump before do not count."""
    theatre.operate()
    theatre.done("removal.plan", PLAN)
    theatre.done("removal.operation", {"catheter_whole": "yes"})
    assert theatre.send("surgery.operation", OPERATED | {"serial": "TH-90003"}).status_code == 422
    theatre.done("surgery.consent", SAID | {"driver": "her brother"})
    theatre.done("surgery.booking", BOOKED | {"surgeon": "Sol Person"})
    theatre.done("surgery.operation", OPERATED | {"serial": "TH-90003"})
    assert plan_of(theatre.known()) is None
    assert theatre.work("surgery") == [("Today", "Program the pump")]


def test_an_infected_pump_goes_with_a_plan_and_without_a_taper(theatre: Theatre, team: Team) -> None:
    """The plan that stands beside the infection is the plan here: one person records it."""
    theatre.operate()
    theatre.write("wound.infection", {"infected": True, "plan": "Watched bed; oral baclofen from tonight."})
    theatre.done("removal.operation", {"catheter_whole": "yes"})
    assert Implant.objects.get(serial=OPERATED["serial"]).removed_why == "infection"


def test_an_infected_pump_without_a_plan_takes_two_and_is_never_blocked(theatre: Theatre) -> None:
    """The page says that the plan is missing; the pump can come out all the same."""
    theatre.operate()
    theatre.write("wound.infection", {"infected": True, "plan": None})
    assert "no plan against withdrawal is written" in theatre.page("removal")
    refused = theatre.send("removal.operation", {"catheter_whole": "yes"})
    assert refused.status_code == 422
    assert "a finding blocks this" not in text_of(refused)
    theatre.done("removal.operation", theatre.agreed({"catheter_whole": "yes"}))


def test_with_a_plan_beside_the_infection_the_taper_asks_for_a_day_and_no_second_plan(
    running: Theatre, team: Team
) -> None:
    """One plan, not two."""
    running.write("wound.infection", {"infected": True, "plan": "Watched bed; oral baclofen from tonight."})
    running.done("removal.taper", TAPER | {"why": "infection"}, team.alice)
    asked = [what for _, what in running.work("removal")]
    assert "Give the removal a day" in asked
    assert "Write the plan against withdrawal" not in asked


def test_a_removal_that_could_wait_is_not_recorded_by_one_without_a_taper(running: Theatre) -> None:
    """The patient's wish can wait for a taper."""
    assert running.send("removal.plan", PLAN | {"tapered": "no"}).status_code == 422
    running.done("removal.plan", running.agreed(PLAN | {"tapered": "no"}))


@pytest.mark.parametrize("whole", ["no", ""])
def test_a_catheter_that_may_be_left_asks_for_a_reason(running: Theatre, whole: str) -> None:
    """Left, or nobody looked."""
    running.done("removal.plan", PLAN)
    assert running.send("removal.operation", {"catheter_whole": whole}).status_code == 422
    running.done("removal.operation", {"catheter_whole": whole, "reason": "length compared tomorrow"})


def test_a_correction_takes_nothing_out_again(theatre: Theatre) -> None:
    """What was left is mended; the time of the removal stays."""
    theatre.operate()
    theatre.done("removal.plan", PLAN)
    record = theatre.done("removal.operation", {"catheter_whole": "yes"})
    removed_ms = theatre.now_ms
    theatre.wait(HOUR_MS)
    mended = {
        "catheter_whole": "no",
        "catheter_left": "10 cm at L3",
        "reason": "seen on the X-ray",
        "corrects": str(record.pk),
    }
    theatre.done("removal.operation", mended)
    assert Implant.objects.get(serial=OPERATED["serial"]).removed_ms == removed_ms
    assert "10 cm at L3" in theatre.page("removal")


def test_without_a_pump_nothing_is_removed(elsewhere: Theatre) -> None:
    """And nothing is written."""
    refused = elsewhere.send("removal.operation", {"catheter_whole": "yes"})
    assert refused.status_code == 422
    assert not StepRecord.objects.filter(sheet="removal.operation").exists()
