"""At home, on a telephone: a red flag answered at once, the emergency card on one side of paper."""

import re

import pytest
from playwright.sync_api import PdfMargins, expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import Clinic, says

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 780}


@pytest.mark.parametrize("scripted", [True, False])
def test_a_night_with_a_red_flag(clinic: Clinic, open_page: OpenPage, scripted: bool) -> None:
    """From the first page to the number to ring in four taps, with or without a script; then the diary is sent."""
    page = open_page("lind", viewport=PHONE, java_script_enabled=scripted)
    page.goto(clinic.url("/me/"))
    page.get_by_role("link", name="Diary").click()
    page.get_by_role("button", name=re.compile("Write today")).click()
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="Yes", exact=True).click()
    says(page, "main", "Ring the emergency number now", "555 0142", "Nobody reads this diary at night")
    page.get_by_role("button", name="Go on with the diary").click()
    for _ in range(5):
        page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="No sound").click()
    page.get_by_label(re.compile("How stiff")).fill("6")
    page.get_by_role("button", name="Go on").click()
    says(page, ".summary", "hard to wake?yes")
    page.get_by_role("button", name="Send to the clinic").click()
    says(page, "main", "Ring the emergency number now", "Sent does not mean read")


def test_the_diarys_red_flag_is_the_clinics_first_work_in_the_morning(clinic: Clinic, open_page: OpenPage) -> None:
    """It stands among what is for now."""
    own = open_page("lind", viewport=PHONE)
    own.goto(clinic.url("/me/diary/new/breathing/"))
    own.get_by_role("button", name="Yes", exact=True).click()
    own.get_by_role("link", name="Or send what you have so far").click()
    own.get_by_role("button", name="Send to the clinic").click()
    page = open_page("lindqvist")
    page.goto(clinic.url("/worklist/"))
    row = page.locator("tr.emergency", has_text="Act on: diary")
    expect(row).to_contain_text("Asta Lind")
    row.get_by_role("button", name=re.compile("Open record")).click()
    expect(page.get_by_role("heading", level=1, name="Diary")).to_be_visible()


def test_the_emergency_card_prints_on_one_side(still_clinic: Clinic, open_page: OpenPage) -> None:
    """A4, and the numbers on it; nothing of the screen around it."""
    page = open_page("lind")
    page.goto(still_clinic.url("/me/card/"))
    says(page, ".emergency-card", "500 micrograms in each mL", "300 micrograms a day", "555 0142")
    page.emulate_media(media="print")
    expect(page.locator("header.site nav")).to_be_hidden()
    margin: PdfMargins = {"top": "12mm", "right": "12mm", "bottom": "12mm", "left": "12mm"}
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", margin=margin))) == 1
    box = page.locator(".emergency-card").bounding_box()
    assert box is not None
    assert box["height"] < 600, "half a sheet"


def test_the_guide_prints(still_clinic: Clinic, open_page: OpenPage) -> None:
    """A few sheets, without navigation."""
    page = open_page(None)
    page.goto(still_clinic.url("/guide/"))
    page.emulate_media(media="print")
    expect(page.locator("header.site")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 5
