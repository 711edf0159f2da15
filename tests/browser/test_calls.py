"""A call is taken by keyboard alone while it is judged, in few entries."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import Clinic, says

pytestmark = pytest.mark.browser
MOST_ENTRIES = 12
PER_KEY_S, PER_ENTRY_S, LIMIT_S = 0.28, 1.35, 90
"""Seconds for a key and for a decision of an average typist: Card, Moran and Newell 1980, 10.1145/358886.358895."""


class Hands:
    """Somebody at the keyboard, whose keys and entries are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.entries = page, 0, 0

    def press(self, *names: str) -> None:
        """One key after the other."""
        for name in names:
            self.page.keyboard.press(name)
        self.keys += len(names)

    def write(self, text: str) -> None:
        """A line of text is one entry."""
        self.page.keyboard.type(text)
        self.keys += len(text)
        self.entries += 1

    def answer(self, name: str, *keys: str) -> None:
        """Tab to the question and choose: one entry."""
        self.press("Tab")
        held = self.page.evaluate("() => document.activeElement.name")
        assert held == name, f"{held} has the focus, not {name}"
        self.press(*keys)
        self.entries += 1

    @property
    def seconds(self) -> float:
        """As long as an average typist would take, answers of the caller not counted."""
        return self.keys * PER_KEY_S + self.entries * PER_ENTRY_S


def test_a_call_is_taken_in_twelve_entries_by_keyboard_and_judged_meanwhile(
    clinic: Clinic, open_page: OpenPage
) -> None:
    """Who, five answers, the alarm, the refill, since when, words, advice: the urgency rises as they are given."""
    page = open_page("lindqvist")
    page.goto(clinic.url("/calls/new/"))
    page.locator("#id_patient").focus()
    hands = Hands(page)
    hands.write("Jo")
    says(page, "#id_patient option:checked", "Jonas Hale")
    hands.press("Tab")
    hands.write("Leyla, his mother")
    for name in ("breathing", "sleepy", "fever"):
        hands.answer(name, "ArrowDown")
    says(page, "#judged", "Today", "Not known")
    hands.answer("stiff", "Space")
    hands.answer("itch", "Space")
    says(page, "#judged .care-card h2", "Now")
    says(page, "#judged", "Stiff and itching", "Go to hospital now", "Call back by")
    hands.answer("alarm_heard", "Space")
    hands.answer("last_refill", "Space")
    hands.press("Tab")
    hands.write("since last night")
    hands.press("Tab")
    hands.write("cannot sit still")
    hands.press("Tab", "Tab")
    while page.evaluate("() => document.activeElement.name") != "told":
        hands.press("Tab")
    hands.press("Space")
    hands.entries += 1
    hands.press("Tab", "Tab", "Enter")
    expect(page.get_by_role("heading", level=1, name=re.compile("^Call about"))).to_be_visible()
    says(page, "main", "Act now", "since last night", "Go to hospital now with the emergency card.")
    assert hands.entries <= MOST_ENTRIES
    assert hands.seconds < LIMIT_S, f"{hands.keys} keys and {hands.entries} entries: {hands.seconds:.0f} s"

    page.goto(clinic.url("/worklist/"))
    row = page.locator("tr", has_text="cannot sit still")
    expect(row).to_contain_text("Call back by")


def test_a_call_can_be_taken_without_a_script(clinic: Clinic, open_page: OpenPage) -> None:
    """The judgement then stands on the call's page."""
    page = open_page("lindqvist", java_script_enabled=False)
    page.goto(clinic.url("/calls/new/"))
    page.get_by_label("Who is calling").fill("Leyla")
    page.locator("#id_patient").select_option(index=1)
    for name in ("sleepy", "fever", "stiff", "itch"):
        page.locator(f"input[name={name}][value=no]").check()
    page.locator("input[name=breathing][value=yes]").check()
    page.locator("input[name=alarm_heard][value=none]").check()
    page.locator("input[name=last_refill][value=kept]").check()
    page.get_by_role("button", name="Record call").click()
    says(page, "main", "Act now", "Breathing is slow or difficult")
