"""A replay: from the first assessment through seven years of refills to a new pump on the old catheter."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser import therapy
from tests.browser.helpers import Watch, choose_second, interrogate, refill, says
from tests.browser.journey import Journey, fill

pytestmark = pytest.mark.browser
NAME = "Vera Lindgren (fictional)"
AVERAGE = "N-1336"
FIRST, SECOND = "TY-1001", "TY-2001"
MONTHS_AT_MOST = 9
MONTHS_OF_A_PUMP = 96
LEAST_REFILLS = 14


def implant(journey: Journey) -> None:
    """Admitted, tested, consented, booked and operated."""
    therapy.admit_and_decide(journey, name=NAME, born="1981-09-12", record_number=AVERAGE)
    therapy.pass_the_test(journey)
    therapy.consent(journey)
    therapy.book(journey, "2026-03-20")
    journey.pass_time("sato", "+1 day", 3)
    therapy.operate(journey, FIRST)


def open_and_read(journey: Journey, who: str) -> Page:
    """A visit, with the pump read."""
    page = journey.patient(who)
    page.get_by_role("button", name="Open visit").click()
    interrogate(page)
    return page


def update(page: Page, **entries: str) -> None:
    """Type into the order what changes, and put it into the pump once its review is clear."""
    for name, text in entries.items():
        page.locator(f"#{name}").fill(text)
    expect(page.locator("#judged tr.first")).to_contain_text(
        re.compile(rf"{page.locator('#daily_dose').input_value()}\s")
    )
    button = page.locator("#judged").get_by_role("button", name="Update pump")
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()


def end(page: Page, days: str) -> None:
    """Close the visit with a date for the next."""
    page.locator("#next_days").fill(days)
    page.get_by_role("button", name="End visit").click()
    expect(page.locator(".patient-header")).to_be_visible()


def first_program(journey: Journey) -> None:
    """The label's first daily dose, with the prime of the parts that hold no drug; watched; and home."""
    says(journey.step("ruiz", "surgery"), "main", "100 mcg/day", "0.3248 mL to prime")
    page = open_and_read(journey, "ruiz")
    page.get_by_role("radio", name="Simple continuous").check()
    page.get_by_label("Prime the parts that hold no drug").check()
    update(page, concentration="500", daily_dose="100", low_alarm="4")
    says(page, ".patient-header", "100 mcg/day")
    end(page, "1")


def hospital(journey: Journey) -> None:
    """Nobody goes home in the first eight hours; then watched, trained, and home."""
    page = journey.sheet("lindqvist", "surgery.discharge")
    therapy.judged(page, "8 h")
    journey.pass_time("lindqvist", "+1 day")
    no = ("hard_to_wake", "slow_breathing", "seizure", "drowsy", "floppy", "confused", "fever", "itch", "stiffer")
    journey.record("lindqvist", "surgery.day_check", dict.fromkeys(no, therapy.NO))
    trained = ("transfers", "positioning", "equipment", "alarms_again", "signs_again")
    journey.record("brandt", "surgery.training", {**dict.fromkeys(trained, therapy.YES), "trainee": "Herself"})
    given = ("card_given", "numbers_given", "tablets_at_home", "wound_checks_booked")
    home = {"refill_day": "2026-05-20", "oral_plan": "Baclofen by 10 mg a week.", "rehabilitation_day": "2026-03-30"}
    journey.record(
        "lindqvist", "surgery.discharge", {**dict.fromkeys(given, therapy.YES), **home, "against_advice": "no"}
    )


def titrate(journey: Journey) -> None:
    """Three steps of at most 30 %, each a day and more after the last."""
    for dose, reason in (("130", ""), ("165", ""), ("200", "")):
        journey.pass_time("ruiz", "+1 day", 2)
        page = open_and_read(journey, "ruiz")
        update(page, daily_dose=dose, reason=reason)
        end(page, "2")


def stronger_drug(journey: Journey) -> None:
    """At the first refill four times the concentration, and a bridge for what is still in tubing and catheter."""
    wait_for(journey, "Refill the pump")
    page = open_and_read(journey, "ruiz")
    refill(page, "20", "2000")
    expect(page.locator("#concentration")).to_have_value("2000")
    says(page, "#judged", "Blocked")
    page.get_by_label("Bridge the old drug").check()
    says(page, ".bridge", "0.3248 mL", "0.4 mL/day")
    says(page, "#judged", "Two people", "The label says 2000 mcg/mL; the pump was told 500 mcg/mL.")
    choose_second(page, "Dr Daniel Okafor, prescriber", journey.clinic.code_of("okafor"))
    update(page, reason="Fewer refills at the same dose.")
    says(page, ".patient-header", "2000 mcg/mL", "200 mcg/day")
    end(page, "120")


def wait_for(journey: Journey, what: str) -> None:
    """Month after month until the worklist asks for it."""
    for _ in range(MONTHS_AT_MOST):
        if any(what in line for line in journey.worklist("lindqvist")):
            return
        journey.pass_time("lindqvist", "+1 month")
    raise AssertionError(f"{what} was not asked for in {MONTHS_AT_MOST} months: {journey.worklist('lindqvist')}")


def routine_refill(journey: Journey, expires: str) -> None:
    """The same drug at the same dose, by one nurse."""
    wait_for(journey, "Refill the pump")
    page = open_and_read(journey, "lindqvist")
    refill(page, "20", "2000", expires=expires)
    update(page)
    end(page, "120")


def settle(journey: Journey) -> None:
    """The dose has settled; the patient is followed up."""
    journey.record("ruiz", "titration.settled", {"settled": "yes", "words": "Sleeps through."})
    follow_up(journey)


def follow_up(journey: Journey) -> None:
    """More than a refill: examined, read, the exercises asked about."""
    yes = dict.fromkeys(("examined", "pump_read", "has_plan"), therapy.YES)
    seen = {"only_refilled": therapy.NO, "provider": "Ms Abara", "exercises": "MOSTLY", "interval": "ONCE_A_YEAR"}
    journey.record("lindqvist", "follow_up.visit", yes | seen)


def year_after_year(journey: Journey) -> int:
    """Refills and follow-ups as the worklist asks, until the replacement indicator has sounded: how many refills."""
    refills = 0
    for _ in range(MONTHS_OF_A_PUMP):
        due = journey.worklist("lindqvist")
        if any("Refill the pump" in line for line in due):
            year = journey.as_("lindqvist").locator(".rehearsal-bar time").inner_text().split()[2]
            routine_refill(journey, f"{int(year) + 2}-01")
            refills += 1
        if "Follow-up" in due:
            follow_up(journey)
        if "Plan the pump's replacement" in due:
            journey.record("ruiz", "replacement.plan", {"surgeon": "Dr Sato, referred today"})
        if any("authorised" in line for line in due):
            paid = {"purpose": "replacement", "answer": "granted", "number": "A-55", "ends": "2033-12-31"}
            journey.record("adeyemi", "coverage.authorisation", paid)
        if "Book the pump's replacement" in due:
            return refills
        journey.pass_time("lindqvist", "+1 month")
    raise AssertionError(f"the pump never asked to be replaced: {journey.worklist('lindqvist')}")


def take_the_call(journey: Journey) -> None:
    """The patient heard the pump beep; the operation gets a date within four weeks of the indicator."""
    page = journey.go("lindqvist", "/worklist/")
    page.locator("td.next a", has_text="Open call").first.click()
    says(page, "main", "It beeps every hour.")
    page.locator("textarea[name=words]").fill("Read: the replacement indicator. The operation is booked.")
    page.get_by_role("button", name="Settle call").click()
    says(
        journey.step("ruiz", "replacement"),
        "main",
        "Operation by",
        "15 Jan 2033",
        "Stopped at the latest",
        "18 Mar 2033",
    )
    page = journey.sheet("ruiz", "replacement.plan")
    fill(page, {"surgeon": "Dr Sato", "surgery_day": "2033-01-16"})
    therapy.judged(page, "Two people")
    journey.record("ruiz", "replacement.plan", {"surgeon": "Dr Sato", "surgery_day": "2033-01-05"})


def replace(journey: Journey) -> None:
    """A new pump on the catheter that is there; empty tubing before a full catheter is called the bolus it would be."""
    journey.pass_time("sato", "+1 day", 9)
    pump = {
        "pump_model": "Thecal reference pump 20 mL",
        "serial": SECOND,
        "pump_lot": "P-99",
        "side": "right",
        "mri_class": "conditional",
        "pump_depth_mm": "1.5",
        "filled_nl": "20",
        "concentration_pg_per_nl": "2000",
        "drug_lot": "D-9",
        "catheter_holds": "drug",
    }
    page = journey.sheet("sato", "replacement.operation")
    fill(page, {**pump, "tubing_holds": "no_drug"})
    therapy.judged(page, "Two people", "a prime would push 280 mcg through the tip at once")
    journey.record("sato", "replacement.operation", {**pump, "tubing_holds": "drug"})
    page = open_and_read(journey, "ruiz")
    expect(page.get_by_label("Prime the parts that hold no drug")).to_have_count(0)
    page.get_by_role("radio", name="Simple continuous").check()
    update(page, concentration="2000", daily_dose="200", low_alarm="4")
    end(page, "30")


def test_seven_years_and_a_new_pump(journey: Journey, watch: Watch) -> None:
    """Every record of one step is what the next one rests on, to the wound check of the second operation."""
    watch.expect("ERR_ABORTED")
    implant(journey)
    first_program(journey)
    hospital(journey)
    titrate(journey)
    stronger_drug(journey)
    settle(journey)
    assert year_after_year(journey) > LEAST_REFILLS
    take_the_call(journey)
    replace(journey)
    page = journey.patient("ruiz")
    says(page, ".patient-header", "200 mcg/day", "2000 mcg/mL")
    says(page, "#story", SECOND, "Pump implanted", "Verdict")
    journey.pass_time("lindqvist", "+1 day", 2)
    assert any("ound" in line for line in journey.worklist("lindqvist")), journey.worklist("lindqvist")
