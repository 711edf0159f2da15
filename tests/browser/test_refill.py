"""The routine refill in a browser: how much is typed, what is always in sight, and that a break loses nothing."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import (
    Clinic,
    count_entries,
    enter,
    entries_made,
    go_to_patient,
    interrogate,
    open_read_visit,
    refill,
    says,
)

from thecal.care.refill_visit import ROUTINE_ENTRIES

pytestmark = pytest.mark.browser


def test_a_routine_refill_takes_twelve_entries_from_opening_to_closing_the_visit(
    clinic: Clinic, open_page: OpenPage
) -> None:
    """Same drug, same dose, one nurse: each entry once, and no more than the rule book allows."""
    page = open_page("lindqvist")
    count_entries(page)
    go_to_patient(page, clinic, "Asta Lind")
    page.get_by_role("button", name="Open visit").click()
    interrogate(page)
    refill(page, "20", "500")
    says(page, "#tasks", "Tell the pump", "See that it runs", "Book the next refill")
    page.get_by_role("button", name="Update pump").click()
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    says(page, "#tasks", "Not yet done 1", "Book the next refill")
    with page.expect_response(lambda response: response.url.endswith("/entry/")):
        page.get_by_label("Next refill in").fill("20")
        page.get_by_label("Next refill in").blur()
    expect(page.locator("#tasks")).to_be_hidden()
    page.get_by_role("button", name="End visit").click()
    expect(page.locator(".patient-header h1")).to_contain_text("Asta Lind")
    made = entries_made(page)
    assert len(made) == len(set(made)), made
    assert len(made) == 12, made
    assert len(made) <= ROUTINE_ENTRIES.whole()


def test_what_is_not_yet_done_stays_in_sight_on_a_telephone(clinic: Clinic, open_page: OpenPage) -> None:
    """Wherever the page is scrolled to; and each line leads to its entry."""
    page = open_page("lindqvist", viewport={"width": 390, "height": 844})
    open_read_visit(page, clinic, "Asta Lind")
    enter(page, "Lot", "A17")
    for selector in ("#read", "#fill_volume", "#close"):
        page.locator(selector).scroll_into_view_if_needed()
        expect(page.locator("#tasks")).to_be_in_viewport()
    page.locator("#tasks").get_by_role("link", name="Write down what was withdrawn").click()
    expect(page.locator("#withdrawn")).to_be_in_viewport()


def test_a_break_in_the_middle_loses_nothing_and_enter_goes_on(clinic: Clinic, open_page: OpenPage) -> None:
    """With the keyboard alone; another page in between; the first reading stays hidden."""
    page = open_page("lindqvist")
    open_read_visit(page, clinic, "Asta Lind")
    page.locator("#said_born").focus()
    page.keyboard.type("17 Jan 1985")
    page.keyboard.press("Enter")
    expect(page.locator("#said_record_number")).to_be_focused()
    expect(page.locator("#said_said_born")).to_contain_text("is not this record's")
    page.keyboard.type("R-0004")
    page.keyboard.press("Enter")
    expect(page.locator("#said_said_record_number")).to_contain_text("kept")
    enter(page, "Drug and concentration, first reading", "baclofen 500")
    visit = page.url
    page.goto(clinic.url("/worklist/"))
    page.goto(visit)
    expect(page.locator("#said_born")).to_have_value("17 Jan 1985")
    expect(page.locator("#said_record_number")).to_have_value("R-0004")
    expect(page.locator("#label_entry input")).to_have_count(0)
    expect(page.locator("#label_entry")).not_to_contain_text(re.compile("500"))

    enter(page, "Drug and concentration, second reading", "baclofen 2000")
    says(page, "#said_label", "the two readings differ")
    expect(page.locator("#label")).to_have_value("")
    expect(page.locator("#label_again")).to_have_value("")


def test_the_protocol_works_without_scripts(clinic: Clinic, open_page: OpenPage) -> None:
    """Entries are kept by the buttons, and the reservoir is filled."""
    page = open_page("lindqvist", java_script_enabled=False)
    open_read_visit(page, clinic, "Asta Lind")
    page.locator("#lot").fill("A17")
    page.locator("#lot").press("Enter")
    expect(page.locator("#lot")).to_have_value("A17")
    expect(page.locator("#said_lot")).to_contain_text("kept")
    page.locator("#label").fill("baclofen 500")
    page.locator("#label_again").fill("baclofen 500")
    page.locator("#fill_volume").fill("20")
    page.get_by_role("button", name="Fill", exact=True).click()
    says(page, "#refill .tiles", "20 mL", "500 mcg/mL", "A17")
