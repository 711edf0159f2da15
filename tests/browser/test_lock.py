"""The screen lock in a real browser: by the button, by itself, in every tab, and nothing typed is lost."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import PASSWORD, Clinic, open_read_visit, running, sign_in

pytestmark = pytest.mark.browser
LOCK_AFTER_S = 8


@pytest.fixture
def hasty(seed: Path, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic whose screens stand open for a few seconds only."""
    with running(seed / "clinic", tmp_path / "clinic", lock_after_s=LOCK_AFTER_S) as clinic:
        yield clinic


def unlock(page: Page) -> None:
    """What the lock page asks for."""
    page.get_by_label("Your password, or your one-time code").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()


def test_the_button_locks_and_the_visit_comes_back_as_it_was_typed(clinic: Clinic, open_page: OpenPage) -> None:
    """A dose that was typed and reviewed, not sent: it is there after the break."""
    page = open_page("ruiz")
    open_read_visit(page, clinic, "Asta")
    visit = page.url
    page.get_by_label("Daily dose").fill("311")
    expect(page.locator("#draft")).to_contain_text(re.compile("311"))
    page.get_by_role("button", name="Review").first.click()
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Asta")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("Asta Lind")
    page.goto(clinic.url("/patients/"))
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.goto(clinic.url("/help/too-much/"))
    expect(page.get_by_role("heading", name="Too much baclofen")).to_be_visible()
    page.goto(clinic.url("/lock/"))
    unlock(page)
    expect(page.get_by_label("Daily dose")).to_have_value("311")
    assert page.url.split("#")[0] == visit.split("#")[0]


def test_a_screen_that_is_left_alone_locks_itself_in_every_tab(hasty: Clinic, open_page: OpenPage) -> None:
    """Nobody presses anything: after a while neither tab shows a patient."""
    page = open_page(None)
    sign_in(page, hasty, "okafor")
    page.goto(hasty.url("/patients/"))
    other = page.context.new_page()
    other.goto(hasty.url("/worklist/"))
    for tab in (page, other):
        expect(tab.get_by_role("heading", name="Locked")).to_be_visible(timeout=(LOCK_AFTER_S + 8) * 1_000)
    unlock(page)
    expect(page).to_have_url(re.compile("/(patients|worklist)/$"))


def test_typing_keeps_the_screen_open(hasty: Clinic, open_page: OpenPage) -> None:
    """Somebody who writes down a long call is not thrown out of it."""
    page = open_page(None)
    sign_in(page, hasty, "okafor")
    page.goto(hasty.url("/calls/new/"))
    line = page.get_by_label("Who is calling")
    for _ in range(LOCK_AFTER_S + 4):
        line.press_sequentially("x")
        page.wait_for_timeout(1_000)
    expect(line).to_have_value("x" * (LOCK_AFTER_S + 4))
    expect(page.get_by_role("heading", name="Record a call")).to_be_visible()


def test_nothing_typed_is_lost_by_the_button(clinic: Clinic, open_page: OpenPage) -> None:
    """An order that was typed and not reviewed is the visit's draft; a call half written is shown again."""
    page = open_page("ruiz")
    open_read_visit(page, clinic, "Asta")
    page.get_by_label("Daily dose").fill("312")
    page.get_by_role("button", name="Lock").click()
    unlock(page)
    expect(page.get_by_label("Daily dose")).to_have_value("312")
    page.goto(clinic.url("/calls/new/"))
    page.get_by_label("Who is calling").fill("Ana, her sister")
    page.get_by_role("button", name="Lock").click()
    unlock(page)
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Ana, her sister")
    page.get_by_role("button", name="Leave it, and go back").click()
    expect(page.get_by_role("heading", name="Record a call")).to_be_visible()
