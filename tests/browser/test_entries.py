"""What is typed: the strip and its table, bad entries, and the second person."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import (
    Clinic,
    Watch,
    choose_second,
    enter,
    interrogate,
    open_read_visit,
    open_visit,
    refill,
    says,
    texts_of,
)

pytestmark = pytest.mark.browser
MOST_STEPS = 13


def _update_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Update pump")


def _updates_of(page: Page) -> list[str]:
    """What the patient's story says of updates."""
    return [line for line in texts_of(page, ".story li") if "Update" in line]


def test_no_bridge_takes_a_reason_and_a_second_person_with_their_own_code(
    clinic: Clinic, open_page: OpenPage, watch: Watch
) -> None:
    """Each is asked for in turn; a wrong code is refused and nothing is sent, the right one is."""
    watch.expect("422")
    page = open_page()
    open_read_visit(page, clinic, "Asta Lind")
    refill(page, "20", "2000")
    page.get_by_role("radio", name="No bridge").check()
    says(page, "[data-wrong=no_bridge_reason]", "Why no bridge: is empty")
    page.get_by_label("Why no bridge").fill("The catheter was aspirated.")
    says(page, ".confirm", "Wants a reason and a second person")
    page.get_by_label("Reason").fill("Fewer refills.")
    says(page, ".confirm", "Wants a second person")
    expect(_update_button(page)).to_be_disabled()

    choose_second(page, "Dr Daniel Okafor, prescriber", "000000")
    expect(_update_button(page)).to_be_enabled()
    _update_button(page).click()
    says(page, ".error-summary", "Nothing was done", "is not Dr Daniel Okafor's code of this moment")
    expect(page.get_by_label("Why no bridge")).to_have_value("The catheter was aspirated.")
    interrogate(page)
    expect(page.locator("#confirm section")).to_have_count(0)

    page.get_by_label("Their one-time code").fill(clinic.code_of("okafor"))
    _update_button(page).click()
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    says(page, ".patient-header", "2000 mcg/mL")


def test_a_step_beyond_the_limit_takes_two_people_and_a_slip_is_named(clinic: Clinic, open_page: OpenPage) -> None:
    """Half as much again wants a reason and a second person; ten times as much is called what it is."""
    page = open_page()
    open_read_visit(page, clinic, "Asta Lind")
    page.get_by_label("Daily dose").fill("450")
    says(page, ".finding.two_people", "Two people", "50 %")
    says(page, ".confirm", "Wants a reason and a second person")
    expect(_update_button(page)).to_be_disabled()
    page.get_by_label("Daily dose").fill("3000")
    says(page, ".findings", "is ×10 of 300 mcg/day")
    expect(_update_button(page)).to_be_disabled()


BAD_ENTRIES = {
    "#daily_dose": {
        "1,500": "Write 1500 or 1.5",
        "0": "is not above zero",
        "-5": "is negative",
        "abc": "is not a number with a unit",
        "0.3 mg": "is in milligrams. Write micrograms",
        "NaN": "is not a number with a unit",
        "": "is empty. Write it like this: 300 mcg/day",
    },
    "#concentration": {"1,500": "Write 1500 or 1.5", "0": "holds no drug", "": "is empty"},
    "#low_alarm": {"1,500": "Write 1500 or 1.5", "-5": "is negative", "21": "is more than the reservoir holds"},
}
LABELS = {"#daily_dose": "Daily dose", "#concentration": "Concentration", "#low_alarm": "Low-reservoir alarm"}


def test_a_bad_entry_gets_one_line_at_its_field_and_nothing_is_lost(clinic: Clinic, open_page: OpenPage) -> None:
    """In every number of the order: what is wrong, what would be right, nothing to press, everything still there."""
    page = open_page()
    open_read_visit(page, clinic, "Asta Lind")
    page.get_by_label("Reason").fill("Kept as typed.")
    for selector, entries in BAD_ENTRIES.items():
        entry, right = page.locator(selector), page.locator(selector).input_value()
        for typed, line in entries.items():
            entry.fill(typed)
            says(page, f"{selector}_wrong", f"{LABELS[selector]}: ", line)
            expect(entry).to_have_attribute("aria-invalid", "true")
            expect(entry).to_have_value(typed)
            expect(_update_button(page)).to_have_count(0)
        entry.fill(right)
        expect(page.locator(f"{selector}_wrong")).to_have_count(0)
    page.get_by_role("button", name="Review and keep draft").click()
    expect(page.get_by_label("Reason")).to_have_value("Kept as typed.")
    says(page, "#judged tr.first", "300 mcg/day", "same")


def test_a_bad_refill_is_refused_at_its_field_and_fills_nothing(
    clinic: Clinic, open_page: OpenPage, watch: Watch
) -> None:
    """What was typed there, and in the order below, is still there; the syringe was not used."""
    watch.expect("422")
    page = open_page()
    open_read_visit(page, clinic, "Asta Lind")
    page.get_by_label("Reason").fill("Typed before.")
    enter(page, "Drug and concentration, first reading", "baclofen 500")
    enter(page, "Drug and concentration, second reading", "baclofen 500 mcg/mL")
    for volume, line in {"1,500": "Write 1500 or 1.5", "0": "is nothing", "21": "does not fit", "": "empty"}.items():
        page.get_by_label("Volume").fill(volume)
        page.get_by_role("button", name="Fill", exact=True).click()
        says(page, ".error-summary", line)
        expect(page.get_by_label("Volume")).to_have_value(volume)
        expect(page.get_by_label("Volume")).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#label_entry")).to_contain_text("the same")
        expect(page.get_by_label("Reason")).to_have_value("Typed before.")
    expect(page.locator("#refill .tiles")).to_have_count(0)


def _rows(page: Page) -> list[tuple[str, str]]:
    """The table's filled rows."""
    values = [entry.input_value() for entry in page.locator(".day[data-day='0'] input").all()]
    pairs = list(zip(values[::2], values[1::2], strict=True))
    return [pair for pair in pairs if any(pair)]


def _drag(page: Page, handle: Locator, *, right: float = 0, down: float = 0) -> None:
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2)
    page.mouse.move(x + right, y + down)
    page.mouse.up()


def test_the_strip_and_the_table_are_one_schedule(clinic: Clinic, open_page: OpenPage) -> None:
    """Typing moves the strip and the review; dragging changes the table and the review."""
    page = open_page()
    open_read_visit(page, clinic, "Milo Fenn")
    before = _rows(page)
    strip = page.locator(".strip").first
    expect(strip.locator(".strip__step")).to_have_count(len(before))
    total = texts_of(page, "#judged tr.first td:nth-of-type(2)")

    heights = [float(step.get_attribute("height") or 0) for step in strip.locator(".strip__step").all()]
    page.locator("#rate_0_0").fill(str(float(before[0][1]) + 2))
    expect(strip.locator(".strip__step").first).not_to_have_attribute("height", str(heights[0]))
    expect(page.locator("#judged tr.first td:nth-of-type(2)")).not_to_have_text(total[0])

    typed = _rows(page)
    total = texts_of(page, "#judged tr.first td:nth-of-type(2)")
    _drag(page, strip.locator(".strip__lid").nth(1), down=15)
    dragged = _rows(page)
    assert dragged[1][0] == typed[1][0]
    assert float(dragged[1][1]) < float(typed[1][1])
    expect(page.locator("#judged tr.first td:nth-of-type(2)")).not_to_have_text(total[0])

    _drag(page, strip.locator(".strip__edge").first, right=25)
    moved = _rows(page)
    assert moved[1][0] > dragged[1][0]
    assert moved[1][1] == dragged[1][1]
    assert moved[0] == dragged[0]

    page.locator("#rate_0_0").fill("abc")
    expect(strip).to_be_hidden()


def test_a_day_has_thirteen_steps_and_no_more(clinic: Clinic, open_page: OpenPage) -> None:
    """Row by row the next one appears; there is no fourteenth. Times that do not follow one another are refused."""
    page = open_page()
    open_read_visit(page, clinic, "Milo Fenn")
    filled = len(_rows(page))
    expect(page.locator(".schedule-table tbody tr:visible")).to_have_count(filled + 1)
    for row in range(MOST_STEPS):
        page.locator(f"#start_0_{row}").fill(f"{row:02d}:00")
        page.locator(f"#rate_0_{row}").fill("5")
    expect(page.locator(".strip").first.locator(".strip__step")).to_have_count(MOST_STEPS)
    says(page, "#judged tr.first", "120 mcg/day")
    expect(page.locator(".schedule-table tbody tr")).to_have_count(MOST_STEPS)

    page.locator("#start_0_5").fill("03:30")
    says(page, "#start_0_5_wrong", "Step 6: from: '03:30' is not after 04:00", "Order the steps by their start")
    expect(page.locator(".strip").first).to_be_hidden()
    expect(_update_button(page)).to_have_count(0)
    page.locator("#start_0_5").fill("05:00")
    expect(page.locator("#start_0_5_wrong")).to_have_count(0)
    page.locator("#start_0_0").fill("01:00")
    says(page, "#start_0_0_wrong", "leaves a gap after midnight", "Start the first step at 00:00")


def test_what_was_typed_outlives_another_button(clinic: Clinic, open_page: OpenPage) -> None:
    """Interrogating again, or filling, does not empty the order."""
    page = open_page("lindqvist")
    open_visit(page, clinic, "Asta Lind")
    interrogate(page)
    page.get_by_label("Daily dose").fill("305")
    page.get_by_label("Reason").fill("Stiffer at night.")
    interrogate(page)
    expect(page.get_by_label("Daily dose")).to_have_value("305")
    refill(page, "20", "500")
    expect(page.get_by_label("Reason")).to_have_value(re.compile("Stiffer"))
    expect(page.get_by_label("Daily dose")).to_have_value("305")
    page.get_by_role("button", name="End visit").click()
    says(page, ".notice", "filled and not told")
