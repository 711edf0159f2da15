"""A replay: from the first assessment to a refill that is missed, the withdrawal that follows, and the restart.

The patient's number is one whose keyed chance makes a body of average sensitivity. The rehearsal's world lives pump and
body: the reservoir runs empty by itself, and whoever is at home rings when they notice.
"""

import re

import pytest
from playwright.sync_api import expect
from tests.browser import therapy
from tests.browser.helpers import Watch, choose_second, count_entries, entries_made, open_read_visit, refill, says
from tests.browser.journey import Journey, fill

pytestmark = pytest.mark.browser
NO, YES = therapy.NO, therapy.YES
NAME = "Ilse Brook"
OKAFOR = "Dr Daniel Okafor, prescriber"
WELL = dict.fromkeys(
    ("hard_to_wake", "slow_breathing", "seizure", "drowsy", "floppy", "confused", "fever", "itch", "stiffer"), NO
)
TRAINED = dict.fromkeys(("transfers", "positioning", "equipment", "alarms_again", "signs_again"), YES) | {
    "trainee": "Herself and her brother"
}
SOUND = {
    **dict.fromkeys(("fever", "neck_stiffness", "drowsiness", "postural_headache", "redness", "swelling"), NO),
    "leak": "none",
    "pump_in_place": YES,
    "tone_as_expected": YES,
}
HOME = {
    **dict.fromkeys(("card_given", "numbers_given", "tablets_at_home", "wound_checks_booked"), YES),
    "refill_day": "2026-06-01",
    "oral_plan": "Baclofen by mouth: 10 mg less of the daily tablets each week, never all at once.",
}
QUIET = {
    **dict.fromkeys(("breathing_slow", "drowsy", "dizzy", "nausea", "headache", "cannot_pass_urine"), NO),
    "tone": "less",
    "spasms": "less",
    "strength": "same",
    "could_stand": NO,
    "can_stand": NO,
}
ASKED = {
    "caller": "Tom Brook, her brother",
    "breathing": NO,
    "sleepy": NO,
    "fever": NO,
    "stiff": YES,
    "itch": YES,
    "alarm_heard": "two_tone",
    "last_refill": "missed",
    "since": "since last night",
    "words": "She shakes, and cannot lie still.",
}
LOOKED = {
    "drowsy": NO,
    "floppy": NO,
    "tone_rises_fast": YES,
    "unstable": YES,
    "words": "Stiff all over, itching, awake. The refill was missed.",
    "since": "Since last night",
}
FOLLOWED = {
    "only_refilled": NO,
    "examined": YES,
    "pump_read": YES,
    "words": "Her brother has the date of the refill in his telephone now.",
    "has_plan": YES,
    "provider": "Ms Abara, at home",
    "plan": "Standing frame, twice a week.",
    "exercises_words": "Stretching, every day.",
    "exercises": "MOSTLY",
    "next_day": "2026-10-01",
}
ORDERS = {
    "lowest_pg_per_day": "100",
    "highest_pg_per_day": "150",
    "largest_step_per_mille": "10",
    "shortest_interval_h": "48",
    "steps": "3",
    "expires_on": "2026-05-31",
    "words": "Hold where she is drowsy, and ring.",
}


def _implanted(journey: Journey) -> None:
    """Admitted, tested, consented, booked and operated."""
    therapy.admit_and_decide(journey, name=f"{NAME} (fictional)", born="1981-09-12", record_number="N-1336")
    therapy.pass_the_test(journey)
    therapy.consent(journey)
    therapy.book(journey, "2026-03-20")
    journey.pass_time("sato", "+1 day", 3)
    therapy.operate(journey, "TP-4471")


def _first_program(journey: Journey) -> None:
    """The dose by the screening test's rule, with the prime of what is empty; above the rule it takes two people."""
    says(journey.step("ruiz", "surgery"), "main", "First daily dose by the label", "100 mcg/day", "0.3248 mL to prime")
    page = journey.as_("ruiz")
    open_read_visit(page, journey.clinic, NAME)
    expect(page.locator("#daily_dose")).to_have_value("")
    expect(page.locator("#interruption")).to_have_count(0)
    therapy.order(page, mode="continuous", concentration="500", daily_dose="110", low_alarm="2")
    therapy.judged(page, "Two people", "Wants a reason and a second person")
    expect(page.locator("#update_pump")).to_be_disabled()
    therapy.order(page, daily_dose="100")
    therapy.order(page, prime="yes")
    therapy.send(page, "100 mcg/day")
    therapy.end_visit(page, "3")


def _watched_and_home(journey: Journey) -> None:
    """Watched from the first hour, trained, looked at on the second day, and sent home with everything in hand."""
    assert any("Watch the start" in what for what in journey.worklist("lindqvist"))
    page = journey.sheet("lindqvist", "surgery.discharge")
    fill(page, HOME)
    therapy.judged(page, "Blocked", "8 h 00 min of watching are asked.")
    journey.pass_time("lindqvist", "+1 h", 4)
    journey.record("lindqvist", "surgery.day_check", WELL)
    journey.pass_time("lindqvist", "+1 day", 1)
    journey.record("lindqvist", "surgery.day_check", WELL)
    journey.record("brandt", "surgery.training", TRAINED)
    journey.pass_time("lindqvist", "+1 day", 1)
    assert any("Look at wound and system" in what for what in journey.worklist("lindqvist"))
    journey.record("lindqvist", "wound.check", SOUND)
    page = journey.step("lindqvist", "wound")
    says(page, "main", "day 2")
    journey.record("lindqvist", "surgery.discharge", HOME)
    page = journey.step("lindqvist", "surgery")
    assert journey.worklist("lindqvist") == ["See for titration"]


def _titrated(journey: Journey) -> None:
    """One step by a prescriber, one by a nurse within a signed order set, and one beyond it that wants a prescriber."""
    page = journey.as_("ruiz")
    open_read_visit(page, journey.clinic, NAME)
    therapy.order(page, daily_dose="120")
    therapy.send(page, "120 mcg/day")
    therapy.end_visit(page, "3")
    journey.record("ruiz", "titration.note", {**QUIET, "helped": "not_raised", "next": "raise"})
    page = journey.as_("lindqvist")
    open_read_visit(page, journey.clinic, NAME)
    therapy.order(page, daily_dose="132")
    therapy.judged(page, "No order set covers this change of dose.", "a prescriber as the second person")
    expect(page.locator("#update_pump")).to_be_disabled()
    therapy.order(page, daily_dose="120")
    therapy.end_visit(page, "3")
    journey.record("ruiz", "titration.order_set", ORDERS)

    journey.pass_time("lindqvist", "+1 day", 3)
    open_read_visit(page, journey.clinic, NAME)
    therapy.order(page, daily_dose="132")
    therapy.send(page, "132 mcg/day")
    therapy.end_visit(page, "3")
    journey.record("lindqvist", "titration.note", {**QUIET, "helped": "yes", "next": "keep"})
    says(journey.step("lindqvist", "titration"), "main", "2 of 3 left")

    journey.pass_time("lindqvist", "+1 day", 3)
    open_read_visit(page, journey.clinic, NAME)
    therapy.order(page, daily_dose="151", reason="Spasms at night.")
    therapy.judged(page, "Wants a prescriber as the second person")
    therapy.order(page, second_person="sato")
    therapy.judged(page, "Wants a prescriber as the second person")
    expect(page.locator("#update_pump")).to_be_disabled()
    choose_second(page, OKAFOR, "")
    expect(page.locator("#update_pump")).to_be_enabled()
    therapy.order(page, daily_dose="132", reason="", second_person="")
    therapy.judged(page, "No finding.")
    therapy.end_visit(page, "30")


def _refilled(journey: Journey) -> None:
    """A routine refill by one nurse in twelve entries, with the next one booked and a file for a calendar."""
    journey.pass_time("lindqvist", "+1 month")
    page = journey.as_("lindqvist")
    count_entries(page)
    open_read_visit(page, journey.clinic, NAME)
    refill(page, "20", "500")
    says(page, "#tasks", "Tell the pump", "See that it runs", "Book the next refill")
    therapy.send(page, "132 mcg/day")
    visit = page.url
    says(page, "#close", "Book by 29 Jun 2026")
    therapy.end_visit(page, "60")
    made = entries_made(page)
    assert len(made) == 12, made
    page.goto(visit)
    says(page, "#read", "Next by 27 Jun 2026")
    link = page.get_by_role("link", name="calendar file").get_attribute("href")
    assert link is not None
    file = page.request.get(journey.clinic.url(link)).text()
    assert "DTSTART;VALUE=DATE:20260627" in file, file
    assert "I. B." in file, file
    assert "Brook" not in file, file


def _due(journey: Journey) -> dict[str, str]:
    """What is on the worklist, and how urgent it is."""
    rows = journey.go("lindqvist", "/worklist/").locator("table.worklist tr:has(td.what)")
    cells = [(row.locator("td.what").inner_text(), row.locator("td").first.inner_text()) for row in rows.all()]
    return {what.strip(): urgency.strip() for what, urgency in cells}


def _missed(journey: Journey) -> None:
    """Nobody comes on the day. The date draws near, passes, the pump beeps, runs empty, and the patient rings."""
    journey.pass_time("lindqvist", "+1 month", 2)
    assert _due(journey)["Refill the pump"] == "Planned"
    journey.pass_time("lindqvist", "+1 day", 2)
    assert _due(journey)["Refill the pump"] == "Today"
    journey.pass_time("lindqvist", "+1 day", 7)
    due = _due(journey)
    assert due["Refill the pump"] == "Now"
    assert due["Act on a call"] == "Now"
    page = journey.go("lindqvist", "/worklist/")
    page.get_by_role("button", name=re.compile("^Open call")).click()
    says(page, "main", "It beeps every hour.", "Act now")
    page.get_by_label("What was done").fill("Rang back twice: nobody answered. A letter was sent.")
    page.get_by_role("button", name="Settle call").click()

    journey.pass_time("lindqvist", "+1 day", 7)
    page = journey.go("lindqvist", "/worklist/")
    page.get_by_role("button", name=re.compile("^Open call")).click()
    says(page, "main", "stiff and itching", "Act now", "Call back by", "Send the patient to emergency care")

    page = journey.go("lindqvist", f"/calls/new/?patient={journey.patient_id}")
    fill(page, ASKED)
    says(page, "#judged", "Now", "Call back by")
    page.get_by_label("I told the caller").check()
    page.get_by_label("What else you advised").fill("The emergency department, now, with the card; her brother drives.")
    page.get_by_role("button", name="Record call").click()
    says(page, "main", "Act now", "her brother drives", "555 0142")
    stranger = journey.open_page()
    stranger.goto(journey.clinic.url("/help/too-little/"))
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("Too little")
    stranger.context.close()


def _searched(journey: Journey) -> None:
    """A first look, the history, the examination, the pump read: it is empty, not for long, and no drug is at hand."""
    page = journey.sheet("ruiz", "trouble.first_look")
    fill(page, LOOKED)
    therapy.judged(page, "An emergency, until shown otherwise", "read the pump, draw the reservoir")
    journey.record("ruiz", "trouble.first_look", LOOKED)
    assert _due(journey)["Act on: first look"] == "Now"
    for step, words in (("1", "The refill of 27 June was missed."), ("2", "Stiff, sweating, itching; awake.")):
        journey.record("ruiz", "trouble.search", {"step": step, "result": "fault", "words": words})
    says(journey.step("ruiz", "trouble"), "li[aria-current=step]", "Look for what provokes spasticity")

    page = journey.as_("lindqvist")
    open_read_visit(page, journey.clinic, NAME)
    says(page, "#read", "Empty reservoir since 13 Jul 2026")
    says(page, "#refill", "The reservoir ran empty 29 h 49 min ago", "goes on at 132 mcg/day", "the program may stay")
    says(page, "#judged", "not while the reservoir is empty", "No finding.")
    expect(page.locator("#daily_dose")).to_have_value("132")
    expect(page.locator("#interruption")).to_have_value("empty")
    page.get_by_role("button", name="End visit").click()
    says(page, ".error-summary", "the reservoir is empty. Fill it, or write why it is left empty.")
    page.get_by_label("Why the pump is left empty").fill("No drug of this strength in the house before Friday.")
    therapy.end_visit(page, "3")
    journey.record(
        "ruiz", "trouble.search", {"step": "5", "result": "fault", "words": "Empty for 30 hours, by its log."}
    )
    page = journey.sheet("ruiz", "trouble.restart")
    fill(page, {"interruption": "empty", "stopped_for_h": "30"})
    therapy.judged(page, "No finding so far.")


def _restarted(journey: Journey) -> None:
    """Three days later it is a long interruption: a prescriber, a monitored bed and two people."""
    journey.pass_time("lindqvist", "+1 day", 3)
    page = journey.sheet("ruiz", "trouble.restart")
    fill(page, {"interruption": "empty", "stopped_for_h": "101"})
    therapy.judged(page, "Two people", "a prescriber who sets the dose and a monitored bed")
    bed = {"set_by_prescriber": YES, "monitored_bed": YES, "words": "The drug came on Friday."}
    journey.record("ruiz", "trouble.restart", {"interruption": "empty", "stopped_for_h": "101", **bed})
    says(journey.step("ruiz", "trouble"), "main", "a prescriber sets the dose, in a monitored bed")

    page = journey.as_("lindqvist")
    open_read_visit(page, journey.clinic, NAME)
    says(page, "#refill", "The reservoir ran empty", "After so long this is a restart", "monitored bed")
    expect(page.locator("#daily_dose")).to_have_value("")
    refill(page, "20", "500")
    therapy.order(page, daily_dose="132", reason="As before.")
    therapy.judged(page, "The interruption was", "tolerance may be lost", "Wants a prescriber as the second person")
    expect(page.get_by_role("button", name="Offer the previous program")).to_have_count(0)

    page = journey.as_("ruiz")
    page.goto(journey.as_("lindqvist").url)
    therapy.order(page, daily_dose="60", reason="")
    therapy.judged(page, "Two people", "Wants a reason and a second person")
    therapy.order(page, reason="Empty for four days: low, and watched.")
    choose_second(page, "Maja Lindqvist, nurse", journey.clinic.code_of("lindqvist"))
    therapy.send(page, "60 mcg/day")
    therapy.end_visit(page, "1")
    due = _due(journey)
    assert due["Watch the restart"] == "Today"
    assert "Refill the pump" not in due


def _settled(journey: Journey) -> None:
    """Watched for too much; the search ended, the calls settled, and the way back to the old dose begun."""
    journey.pass_time("lindqvist", "+1 h", 6)
    journey.record("lindqvist", "surgery.day_check", WELL)
    journey.pass_time("lindqvist", "+1 h", 2)
    assert "Watch the restart" not in _due(journey)
    journey.record("ruiz", "trouble.end", {"cause": "empty", "words": "Filled and restarted; the next is booked."})
    page = journey.step("ruiz", "trouble")
    says(page, "main", "No search goes on.")
    page = journey.step("ruiz", "trouble")
    page.locator("#first_look .records a").click()
    page.locator("[name=words]").fill("Filled and restarted in a monitored bed.")
    page.get_by_role("button", name="Write down what was done").click()
    says(page, "main", "Acted on")
    for _ in range(2):
        page = journey.go("lindqvist", "/worklist/")
        page.get_by_role("button", name=re.compile("^Open call")).first.click()
        page.get_by_label("What was done").fill("Came to the emergency department; pump refilled and restarted.")
        page.get_by_role("button", name="Settle call").click()
    due = _due(journey)
    assert "Now" not in due.values(), due

    journey.pass_time("lindqvist", "+1 day", 1)
    page = journey.as_("ruiz")
    open_read_visit(page, journey.clinic, NAME)
    expect(page.locator("#refill")).not_to_contain_text("ran empty")
    expect(page.locator("#daily_dose")).to_have_value("60")
    therapy.order(page, daily_dose="72")
    therapy.send(page, "72 mcg/day")
    therapy.end_visit(page, "3")
    page = journey.sheet("ruiz", "follow_up.visit")
    fill(page, FOLLOWED | {"examined": NO})
    therapy.judged(page, "Nobody examined")
    therapy.examine(journey)
    journey.record("ruiz", "follow_up.visit", FOLLOWED)
    page = journey.patient("ruiz")
    says(page, "#story", "Restart after an interruption", "End of the search", "Call settled")


def test_a_missed_refill_ends_in_a_watched_restart(journey: Journey, watch: Watch) -> None:
    """Every edge on the way is said by the pages; what can wait is refused, and restoring delivery never is."""
    watch.expect("422")
    _implanted(journey)
    _first_program(journey)
    _watched_and_home(journey)
    _titrated(journey)
    _refilled(journey)
    _missed(journey)
    _searched(journey)
    _restarted(journey)
    _settled(journey)
