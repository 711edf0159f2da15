"""Three walks through a visit: a concentration change, a wand that is lifted, a stall that nobody was told of."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import (
    Clinic,
    choose_second,
    go_to_patient,
    interrogate,
    lift_or_hold,
    open_read_visit,
    open_visit,
    refill,
    says,
    sign_in,
)

pytestmark = pytest.mark.browser
MONTHS_AT_MOST = 8


def _change_concentration(page: Page) -> None:
    """Of the patient with 300 mcg/day of 500 mcg/mL: refilled with 2000 mcg/mL, same dose."""
    refill(page, "20", "2000")
    expect(page.get_by_label("Daily dose")).to_have_value("300")
    expect(page.get_by_label("Concentration mcg/mL", exact=True)).to_have_value("2000")


def test_a_concentration_change_from_sign_in_to_the_next_refill(clinic: Clinic, open_page: OpenPage) -> None:
    """Sign in, read, refill, review with and without a bridge, update; months later the refill is on the worklist."""
    page = open_page(None)
    sign_in(page, clinic, "okafor")
    expect(page.get_by_role("heading", level=1, name="Worklist")).to_be_visible()
    page.locator("tr", has_text="Asta Lind").get_by_role("link", name=re.compile("^Asta Lind")).first.click()
    page.get_by_role("button", name="Open visit").click()
    interrogate(page)
    says(page, "#read", "300 mcg/day", "500 mcg/mL")
    _change_concentration(page)
    says(page, "#judged", "bridge", "Blocked")
    expect(page.get_by_role("button", name="Update pump")).to_be_disabled()

    page.get_by_label("Bridge the old drug").check()
    says(page, ".confirm", "Wants a reason and a second person")
    expect(page.get_by_role("button", name="Update pump")).to_be_disabled()
    page.get_by_label("Reason").fill("Fewer refills.")
    choose_second(page, "Anton Meyer, pharmacist", clinic.code_of("meyer"))
    expect(page.locator("#judged").get_by_role("button", name="Update pump")).to_be_enabled()
    says(page, ".bridge", "0.3358 mL", "0.6 mL/day", "13 h 26 min", "167.9 mcg", "25 %", "53 h 44 min")
    says(page, "#judged", "1901.9 mcg/mL", "−4.9 %", "0.15 mL/day")
    page.get_by_role("button", name="Update pump").click()
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    says(page, ".patient-header", "2000 mcg/mL", "300 mcg/day")

    page.get_by_label("Next refill in").fill("30")
    page.get_by_role("button", name="End visit").click()
    low = page.locator(".tiles div", has_text="Low-reservoir date").locator("dd").first.inner_text()
    page.goto(clinic.url("/worklist/"))
    row = page.locator("tr", has_text="Asta Lind").filter(has_text="Refill the pump")
    for _ in range(MONTHS_AT_MOST):
        if row.count():
            break
        with page.expect_navigation():
            page.get_by_role("button", name="+1 month").click()
    expect(row).to_contain_text("Low-reservoir date")
    expect(row).to_contain_text(low)


def test_a_wand_lifted_in_the_middle_of_an_update(clinic: Clinic, open_page: OpenPage) -> None:
    """Unconfirmed is loud, bars every other update but not stop, and a read-out settles it."""
    page = open_page()
    open_read_visit(page, clinic, "Asta Lind")
    lift_or_hold(page, "lift_in_update")
    page.get_by_label("Daily dose").fill("310")
    expect(page.locator("#judged tr.first")).to_contain_text("310")
    page.get_by_label("Reason").fill("Stiffer in the morning.")
    page.get_by_role("button", name="Update pump").click()
    expect(page.get_by_role("heading", name="Unconfirmed")).to_be_visible()
    says(page, "#confirm", "either the old program or the new one")
    expect(page.get_by_role("button", name="Update pump")).to_have_count(0)
    page.get_by_text("Stop pump …").click()
    expect(page.get_by_role("button", name="Stop pump now")).to_be_enabled()
    page.goto(clinic.url("/worklist/"))
    says(page, "main", "Settle an update by interrogation")

    page.go_back()
    page.get_by_role("button", name="Interrogate").click()
    says(page, ".notice", "The wand")
    expect(page.get_by_role("heading", name="Unconfirmed")).to_be_visible()

    lift_or_hold(page)
    interrogate(page)
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    says(page, "#confirm", "runs what was reviewed")
    says(page, ".patient-header", "310 mcg/day")


def test_a_stall_is_found_by_way_of_the_call(clinic: Clinic, open_page: OpenPage) -> None:
    """The clinic knows of a stall after it read the pump, not before; a carer's call is what leads there."""
    page = open_page("lindqvist")
    page.goto(clinic.url("/worklist/"))
    call = page.locator("tr", has_text="Act on a call")
    says(page, "main", "beeps every hour", "stiff and itching")
    expect(page.locator("main")).not_to_contain_text("stall")
    go_to_patient(page, clinic, "Jonas Hale")
    expect(page.locator("main")).not_to_contain_text("stall")

    open_visit(page, clinic, "Jonas Hale")
    interrogate(page)
    says(page, "#read", "Motor stall since")
    go_to_patient(page, clinic, "Jonas Hale")
    says(page, "#now", "Alarm: motor stall")
    page.goto(clinic.url("/worklist/"))
    says(page, "main", "Act on an alarm: motor stall")

    call.get_by_role("button", name="Open call").click()
    page.get_by_label("What was done").fill("Seen at once, pump read: motor stalled. Admitted, baclofen by mouth.")
    page.get_by_role("button", name=re.compile("Settle")).click()
    page.goto(clinic.url("/worklist/"))
    expect(call).to_have_count(0)
