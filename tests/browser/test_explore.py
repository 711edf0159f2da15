"""The explore page in a browser: asked at a desk and on a telephone, with and without a script, kept by its address."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import Clinic, Watch, go_to_patient, says

pytestmark = pytest.mark.browser
SIZES = [(1280, 900), (390, 844)]
FIGURES = ("tip", "spine-time", "levels", "effect", "signs", "blame")


def to_explore(page: Page, clinic: Clinic) -> None:
    """From the patient's page by its link."""
    go_to_patient(page, clinic, "Asta Lind")
    page.get_by_role("link", name="Explore: what would a program do?").click()
    expect(page.get_by_role("heading", level=1, name="What would a program do?")).to_be_visible()
    says(page, ".explore-mark", "Not a plan, not an order; nothing here is sent or kept.")


def ask_a_dose(page: Page, dose: str, days: str) -> None:
    """A constant daily dose; the other questions' entries stay out of sight."""
    page.get_by_label("A constant daily dose").check()
    expect(page.locator("#id_bolus")).to_be_hidden()
    expect(page.locator(".pattern")).to_be_hidden()
    page.get_by_role("textbox", name="Daily dose").fill(dose)
    page.get_by_label("For how long").fill(days)
    page.get_by_role("button", name="Simulate").click()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("script", [True, False])
def test_a_question_is_asked_and_answered(
    size: tuple[int, int], script: bool, still_clinic: Clinic, open_page: OpenPage
) -> None:
    """Every entry is empty, the answer's drawings fit the window, and each has a table one click away."""
    page = open_page("ruiz", viewport={"width": size[0], "height": size[1]}, java_script_enabled=script)
    to_explore(page, still_clinic)
    expect(page.get_by_label("For how long")).to_have_value("")
    expect(page.locator(".explore-form input:checked:not([value=''])")).to_have_count(0)
    ask_a_dose(page, "450", "7")
    expect(page.get_by_role("heading", name="Predicted: 450 mcg/day, 7 days, tip at T10")).to_be_visible()
    for name in FIGURES:
        expect(page.locator(f"#{name} svg:visible")).to_have_count(1)
    levels = page.locator("#levels")
    expect(levels).to_contain_text("5 to 95 % of 200 virtual patients")
    levels.get_by_text("Table", exact=True).click()
    expect(levels.locator("table")).to_be_visible()
    width: int = page.locator("html").evaluate("page => page.scrollWidth") if script else size[0]
    assert width <= size[0]
    page.get_by_text(re.compile("^What this model gets wrong")).click()
    expect(page.locator(".failures table tbody tr").first).to_be_visible()


def test_the_address_keeps_the_question(still_clinic: Clinic, open_page: OpenPage, watch: Watch) -> None:
    """It can be opened again, the way back leads to the question before, and a wrong entry is led to."""
    watch.expect("422")
    page = open_page("ruiz")
    to_explore(page, still_clinic)
    ask_a_dose(page, "450", "3")
    kept = page.url
    ask_a_dose(page, "1,500", "3")
    page.get_by_role("link", name=re.compile("^Daily dose: .*ambiguous")).click()
    expect(page.get_by_role("textbox", name="Daily dose")).to_be_focused()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="Predicted: 450 mcg/day")).to_be_visible()
    again = open_page("lindqvist")
    again.goto(kept)
    expect(again.get_by_role("heading", name="Predicted: 450 mcg/day")).to_be_visible()


def test_a_patient_cannot_explore(still_clinic: Clinic, open_page: OpenPage, watch: Watch) -> None:
    """Not even their own record."""
    watch.expect("403")
    page = open_page("lind")
    answer = page.goto(still_clinic.url("/patients/4/explore/?what=stop&days=3"))
    assert answer is not None
    assert answer.status == 403
