"""A replay: from the first assessment to an infected system, a taper, and a pump that goes for good.

The patient's number is one whose keyed chance makes a body of average sensitivity. What the wound looks like is typed;
pump, spine and body are the rehearsal's.
"""

import pytest
from playwright.sync_api import Page, expect
from tests.browser import therapy
from tests.browser.helpers import Watch, choose_second, open_read_visit, refill, says
from tests.browser.journey import Journey, fill

pytestmark = pytest.mark.browser
NO, YES = therapy.NO, therapy.YES
NAME = "Ruth Heller"


def _implanted(journey: Journey) -> None:
    """Admitted, tested, consented, booked and operated."""
    therapy.admit_and_decide(journey, name=f"{NAME} (fictional)", born="1976-11-23", record_number="N-1336")
    therapy.pass_the_test(journey)
    therapy.consent(journey)
    therapy.book(journey, "2026-03-20")
    journey.pass_time("sato", "+1 day", 3)
    therapy.operate(journey, "TP-5120", concentration_pg_per_nl="2000")


def _first_program(journey: Journey) -> None:
    """100 micrograms a day by the label's rule, with the prime of what is empty; a watched night; home."""
    page = journey.as_("ruiz")
    open_read_visit(page, journey.clinic, NAME)
    therapy.order(page, mode="continuous", concentration="2000", daily_dose="100", low_alarm="2", prime="yes")
    therapy.send(page, "100 mcg/day")
    therapy.end_visit(page, "30")
    journey.pass_time("lindqvist", "+1 h", 8)
    signs = ("hard_to_wake", "slow_breathing", "seizure", "drowsy", "floppy", "confused", "fever", "itch", "stiffer")
    journey.record("lindqvist", "surgery.day_check", dict.fromkeys(signs, NO))
    journey.pass_time("lindqvist", "+1 h", 16)
    trained = ("transfers", "positioning", "equipment", "alarms_again", "signs_again")
    journey.record("brandt", "surgery.training", dict.fromkeys(trained, YES) | {"trainee": "Herself, and her brother"})
    given = ("card_given", "numbers_given", "tablets_at_home", "wound_checks_booked")
    words = {"refill_day": "2026-05-20", "oral_plan": "Baclofen by mouth 75 mg goes on; a taper by mouth from April."}
    journey.record("lindqvist", "surgery.discharge", dict.fromkeys(given, YES) | words)


def _program(journey: Journey, dose: str, days: str = "20", **more: str) -> None:
    """A visit in which the prescriber orders this daily dose."""
    page = journey.as_("ruiz")
    open_read_visit(page, journey.clinic, NAME)
    therapy.order(page, daily_dose=dose, **more)
    therapy.send(page, f"{dose} mcg/day")
    therapy.end_visit(page, days)


WELL = {
    **dict.fromkeys(("fever", "neck_stiffness", "drowsiness", "postural_headache", "redness", "swelling"), NO),
    "leak": "none",
    "pump_in_place": YES,
    "tone_as_expected": YES,
}


def _titrated(journey: Journey) -> None:
    """The wound is well on day 2; then 30 % at a time to a dose that cannot go to nothing at once."""
    journey.pass_time("lindqvist", "+1 day", 1)
    assert "Look at wound and system" in journey.worklist("lindqvist")
    journey.record("lindqvist", "wound.check", WELL)
    assert "Look at wound and system" not in journey.worklist("lindqvist")
    for dose in ("130", "169", "219", "284"):
        _program(journey, dose)
        journey.pass_time("ruiz", "+1 day", 2)
    says(journey.patient("ruiz"), ".patient-header", "284 mcg/day", "2000 mcg/mL")


def _infected(journey: Journey) -> None:
    """Redness and a leak on day 11 are seen today; fever with drowsiness the day after is an emergency now."""
    journey.pass_time("lindqvist", "+1 day", 1)
    early = WELL | {"redness": YES, "leak": "clear"}
    page = journey.sheet("lindqvist", "wound.check")
    fill(page, early)
    therapy.judged(page, "Today", "The surgeon's team sees it today.", "it may be spinal fluid")
    page = journey.record("lindqvist", "wound.check", early)
    says(page, "main", "Act today")
    _settle(page, "Dr Sato saw the wound and took a swab.")
    journey.pass_time("lindqvist", "+1 day", 1)
    late = WELL | {"redness": YES, "leak": "other", "fever": YES, "drowsiness": YES}
    page = journey.sheet("lindqvist", "wound.check")
    fill(page, late)
    therapy.judged(page, "Now", "Meningitis, until shown otherwise.", "Call the surgeon now.")
    page = journey.record("lindqvist", "wound.check", late)
    says(page, "main", "Act now", "Emergency care now")
    expect(journey.go("sato", "/worklist/").locator("table.worklist")).to_contain_text("Meningitis")
    says(journey.patient("sato"), "#next", "Now", "Act on: wound and system check")
    page = journey.go("lindqvist", "/help/wound-and-fever/")
    says(page, "main", "hard to wake: ring the emergency number now", "sudden withdrawal. Write the plan against it")


def _settle(page: Page, words: str) -> None:
    """What was done about a record that asks for something."""
    page.locator("#id_words").fill(words)
    page.get_by_role("button", name="Write down what was done").click()
    expect(page.locator("main")).to_contain_text(words)


def _held_to_be_infected(journey: Journey) -> None:
    """The surgeon now. Without a plan against withdrawal two people sign, and the plan is an emergency."""
    entries: dict[str, str | list[str]] = {
        "infected": YES,
        "speaks_for": ["fever", "wound", "culture"],
        "surgeon_called": "Dr Sato, at 17:05",
        "removal_planned": YES,
    }
    page = journey.sheet("sato", "wound.infection")
    fill(page, entries)
    therapy.judged(page, "Call the surgeon now.", "Two people", "taking the pump out stops baclofen at once")
    journey.record("sato", "wound.infection", entries, refused=True)
    journey.record(
        "sato", "wound.infection", entries, reason="The prescriber writes the plan within the hour.", second="okafor"
    )
    assert "Write the plan against withdrawal" in journey.worklist("ruiz")
    says(journey.step("ruiz", "removal"), ".care-card.emergency", "no plan against withdrawal is written")

    page = journey.sheet("sato", "removal.operation")
    fill(page, {"catheter_whole": YES})
    therapy.judged(page, "Two people", "No plan against withdrawal is written.")
    expect(page.locator("#judged")).not_to_contain_text("Blocked")
    journey.record("sato", "removal.operation", {"catheter_whole": YES}, refused=True)
    says(journey.patient("sato"), ".patient-header", "284 mcg/day")

    plan = "A watched bed until four days after; baclofen by mouth 20 mg four times a day; Maja Lindqvist looks daily."
    journey.record("ruiz", "wound.infection", entries | {"plan": plan})
    assert "Write the plan against withdrawal" not in journey.worklist("ruiz")
    says(journey.step("ruiz", "removal"), "main", "A watched bed until four days after")


CHECKED = dict.fromkeys(
    ("fever", "confused", "rigid", "seizure", "itch", "tingling", "stiffer", "fast_heart"),
    NO,
)


def _taper_signed(journey: Journey) -> None:
    """The prescriber's own numbers; a careless taper takes two people, a step below the slowest rate a weaker fill."""
    while any(what.startswith("Act on") for what in journey.worklist("sato")):
        _settle(journey.open_due("sato", "Act on"), "Seen by Dr Sato; vancomycin since 18:00; a watched bed.")
    taper = {
        "old_pg_per_day": "284",
        "concentration_pg_per_nl": "2000",
        "share_per_mille": "5",
        "steps": "1",
        "interval_h": "12",
        "first_day": "2026-04-01",
        "why": "infection",
    }
    page = journey.sheet("ruiz", "removal.taper")
    expect(page.locator("[name=old_pg_per_day]")).to_have_value("")
    fill(page, taper)
    therapy.judged(
        page,
        "a step has not shown before the next",
        "The taper ends at 269.8 mcg/day; full withdrawal has been seen after stopping from 260 mcg/day.",
        "No cover by oral drugs is written.",
        "Nobody is named who looks for withdrawal every day.",
    )
    expect(page.locator("#judged")).not_to_contain_text("Blocked")
    taper |= {
        "share_per_mille": "20",
        "steps": "5",
        "interval_h": "24",
        "oral_cover": "Baclofen by mouth 20 mg four times a day, from today.",
        "daily_checker": "Maja Lindqvist",
    }
    fill(page, taper)
    therapy.judged(page, "Before step 5, 4 d after the first, the reservoir has to be filled with 1000 mcg/mL")
    journey.record("ruiz", "removal.taper", taper, reason="The weaker fill is booked for the day of step 5.")
    says(journey.step("ruiz", "removal"), "main", "227.2 mcg/day", "93.2 mcg/day", "fill with 1000 mcg/mL")


def _tapered(journey: Journey) -> None:
    """Each step as the page shows it, in a visit of its own; a look every day; the last with a weaker drug, bridged."""
    for number, dose in enumerate(("227.2", "181.8", "145.5", "116.4"), 1):
        assert f"Program step {number} of the taper" in journey.worklist("ruiz")
        _program(journey, dose)
        assert f"Program step {number} of the taper" not in journey.worklist("ruiz")
        journey.pass_time("lindqvist", "+1 day", 1)
        journey.record("lindqvist", "removal.daily_check", CHECKED)


def _filled_weaker(journey: Journey) -> None:
    """Step 5 is below the slowest rate: a weaker drug, a bridge that is decided, and the pharmacist reads too."""
    assert "Program step 5 of the taper" in journey.worklist("ruiz")
    page = journey.as_("ruiz")
    open_read_visit(page, journey.clinic, NAME)
    refill(page, "20", "1000")
    therapy.order(page, daily_dose="93.2")
    therapy.judged(page, "Blocked", "nothing is decided about a bridge", "the tip gets 200 % of the dose")
    therapy.order(page, bridge="bridge", reason="The last step of the taper; the label was read by the pharmacist.")
    therapy.judged(page, "Two people", "The label says 1000 mcg/mL; the pump was told 2000 mcg/mL.", "for 5 d 14 h")
    choose_second(page, "Anton Meyer, pharmacist", journey.clinic.code_of("meyer"))
    therapy.send(page, "93.2 mcg/day")
    therapy.end_visit(page, "90")
    assert not [what for what in journey.worklist("ruiz") if "of the taper" in what]


def _planned(journey: Journey) -> None:
    """The day of the removal, signed with the plan that stands beside the infection, and once more in words."""
    assert "Give the removal a day" in journey.worklist("ruiz")
    plan = {
        "why": "infection",
        "tapered": YES,
        "surgery_day": "2026-04-11",
        "withdrawal_plan": "A watched bed until four days after; baclofen by mouth as written; Maja Lindqvist looks.",
    }
    journey.record("ruiz", "removal.plan", plan)
    for _ in range(6):
        journey.pass_time("lindqvist", "+1 day", 1)
        journey.record("lindqvist", "removal.daily_check", CHECKED)
    assert "Remove the pump" in journey.worklist("sato")


def _removed(journey: Journey) -> None:
    """One surgeon, nothing blocked; then no page speaks of a pump that is in, and somebody looks for four days more."""
    page = journey.sheet("sato", "removal.operation")
    fill(page, {"catheter_whole": YES})
    expect(page.locator("#judged .finding")).to_have_count(0)
    journey.record("sato", "removal.operation", {"catheter_whole": YES})
    therapy.is_at(journey.go("sato", f"/patients/{journey.patient_id}/steps/"), "Pump removed")
    page = journey.patient("ruiz")
    says(page, "#now", "No pump is implanted.", "was taken out 11 Apr 2026")
    says(page, ".patient-header", "no pump", "taken out 11 Apr 2026")
    expect(page.get_by_role("button", name="Open visit")).to_have_count(0)
    asked = journey.worklist("ruiz")
    assert "Look for withdrawal" in asked, asked
    assert not [what for what in asked if "efill" in what or "See for" in what or "taper" in what], asked


def _after(journey: Journey) -> None:
    """The patient rings on the day after; the call leads to the plan; the looking ends four days after the removal."""
    plan = "A watched bed until four days after; baclofen by mouth as written; Maja Lindqvist looks."
    journey.pass_time("lindqvist", "+1 day", 1)
    page = journey.open_due("lindqvist", "Act on a call")
    says(
        page, "main", "I am stiff and itching.", "Act now", "The pump was taken out 11 Apr 2026: nothing is delivered."
    )
    expect(page.locator("main")).not_to_contain_text("Have the pump interrogated")
    page.locator("main").get_by_role("link", name="plan against withdrawal").click()
    says(page, "main", "Taken out", plan)
    page.go_back()
    page.locator("#id_words").fill("Seen at once in the watched bed; Dr Ruiz went by the plan.")
    page.get_by_role("button", name="Settle call").click()
    expect(page.locator("h1")).to_contain_text("Worklist")

    signs = CHECKED | {"itch": YES, "stiffer": YES}
    page = journey.sheet("lindqvist", "removal.daily_check")
    fill(page, signs)
    therapy.judged(page, "Today", "A sign of withdrawal", "the pump is out, so go by the plan against withdrawal")
    _settle(journey.record("lindqvist", "removal.daily_check", signs), "Dr Ruiz told; baclofen by mouth as planned.")
    for _ in range(3):
        journey.pass_time("lindqvist", "+1 day", 1)
        assert "Look for withdrawal" in journey.worklist("lindqvist")
        journey.record("lindqvist", "removal.daily_check", CHECKED)
    assert "Look for withdrawal" not in journey.worklist("lindqvist")
    journey.record("lindqvist", "wound.check", {name: seen for name, seen in WELL.items() if seen in {NO, "none"}})


def _at_home(journey: Journey) -> None:
    """The card and the patient's own page say what is true now."""
    page = journey.go("lindqvist", f"/patients/{journey.patient_id}/card/")
    says(page, ".emergency-card", "My baclofen pump was taken out", "Out since 11 Apr 2026", "taken out whole")
    for said in ("I have a baclofen pump", "micrograms", "Refill by", "stop the pump"):
        expect(page.locator(".emergency-card")).not_to_contain_text(said)
    page = journey.go("adeyemi", f"/patients/{journey.patient_id}/accounts/")
    page.get_by_label("Name", exact=True).fill(f"{NAME} (fictional)")
    page.get_by_label("The patient", exact=True).check()
    page.get_by_label("User name").fill("heller")
    page.get_by_role("button", name="Open account").click()
    says(page, "main", "can sign in")
    home = journey.as_("heller")
    says(home, "main", "It was taken out on 11 Apr 2026", "There is no pump to refill any more")
    expect(home.locator("main")).not_to_contain_text("The next visit")
    page = journey.go("heller", "/me/warning-signs/")
    says(page, "main", "Say that a baclofen pump was taken out on 11 Apr 2026.")
    expect(page.locator("main")).not_to_contain_text("The pump beeps")
    says(journey.go("heller", "/me/card/"), ".emergency-card", "My baclofen pump was taken out")


PHASES = (
    _implanted, _first_program, _titrated, _infected, _held_to_be_infected, _taper_signed, _tapered, _filled_weaker,
    _planned, _removed, _after, _at_home,
)  # fmt: skip


def test_an_infected_system_is_tapered_and_removed(journey: Journey, watch: Watch) -> None:
    """Nothing stops at once, nothing is blocked, and afterwards no page speaks of a pump that is in."""
    watch.expect("422")
    for phase in PHASES:
        phase(journey)
