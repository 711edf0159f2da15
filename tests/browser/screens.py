"""Every page as a picture, wide and at phone width, light and dark, to be looked at by a person.

    THECAL_SCREENS=folder python -m tests.browser.screens

Run from the repository's folder. With `THECAL_PICTURE` naming a file, the patient page for the README is written too.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.browser.conftest import ARGUMENTS
from tests.browser.helpers import (
    Clinic,
    choose_second,
    go_to_patient,
    interrogate,
    keep_session,
    lift_or_hold,
    open_read_visit,
    open_visit,
    refill,
    sign_in,
    start_clinic,
)
from tests.conftest import find_chromium

WIDTHS = (1280, 390)
PLAIN = (
    "/sign-in/",
    "/help/",
    "/help/too-little/",
    "/help/too-much/",
    "/help/alarm/",
    "/help/wound-and-fever/",
    "/guide/",
)
STAFF = (
    "/worklist/", "/patients/", "/calls/new/", "/calls/1/", "/audit/", "/rehearsal/truth/", "/rehearsal/truth/3/",
    "/set-up/", "/patients/new/", "/patients/4/card/", "/patients/4/accounts/", "/patients/4/explore/",
)  # fmt: skip
AT_HOME = (
    "/me/", "/me/warning-signs/", "/me/plan/", "/me/diary/", "/me/diary/new/itch/", "/me/diary/new/day/",
    "/me/diary/check/", "/me/exercises/", "/me/good-and-bad/", "/me/card/",
)  # fmt: skip
Shoot = Callable[[Page, str], None]


def shoot_into(folder: Path, scheme: str) -> Shoot:
    """Save a page at every width under a name."""

    def shoot(page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    return shoot


def _name(path: str) -> str:
    return path.strip("/").replace("/", "-")


def _walk_pages(page: Page, clinic: Clinic, shoot: Shoot) -> None:
    """What is read."""
    for path in STAFF:
        page.goto(clinic.url(path))
        shoot(page, _name(path))
    for name in ("Ingrid Vale", "Teodor Marsh", "Milo Fenn", "Asta Lind", "Rosa Quill", "Jonas Hale"):
        go_to_patient(page, clinic, name)
        shoot(page, "patient-" + name.split()[0].lower())


def _walk_visits(page: Page, clinic: Clinic, shoot: Shoot) -> None:
    """What is done in a visit."""
    open_visit(page, clinic, "Asta Lind")
    shoot(page, "visit-1-not-read")
    interrogate(page)
    shoot(page, "visit-2-read")
    refill(page, "20", "2000")
    shoot(page, "visit-3-blocked")
    page.get_by_role("radio", name="No bridge").check()
    page.get_by_label("Why no bridge").fill("The catheter was aspirated.")
    page.get_by_label("Second person").select_option(index=1)
    page.wait_for_timeout(2_000)
    shoot(page, "visit-4-no-bridge")
    page.get_by_label("Bridge the old drug").check()
    page.get_by_label("Reason").fill("Fewer refills.")
    page.wait_for_timeout(2_000)
    shoot(page, "visit-5-bridge")
    page.locator("#daily_dose").fill("1,500")
    page.wait_for_timeout(2_000)
    shoot(page, "visit-6-wrong")
    page.locator("#daily_dose").fill("300")
    choose_second(page, "Dr Daniel Okafor, prescriber", clinic.code_of("okafor"))
    page.wait_for_timeout(2_000)
    page.get_by_role("button", name="Update pump").click()
    page.get_by_role("heading", name="Confirmed").wait_for()
    shoot(page, "visit-7-confirmed")
    open_read_visit(page, clinic, "Milo Fenn")
    shoot(page, "visit-8-flex")
    lift_or_hold(page, "lift_in_update")
    page.get_by_role("button", name="Update pump").click()
    page.get_by_role("heading", name="Unconfirmed").wait_for()
    shoot(page, "visit-9-unconfirmed")
    open_read_visit_after_hold(page)
    open_read_visit(page, clinic, "Jonas Hale")
    shoot(page, "visit-10-stalled")


def open_read_visit_after_hold(page: Page) -> None:
    """Settle what the lifted wand left open."""
    lift_or_hold(page)
    interrogate(page)


def _context(browser: Browser, scheme: str, session: Path | None = None) -> BrowserContext:
    return browser.new_context(color_scheme="dark" if scheme == "dark" else "light", storage_state=session)


def _shoot_all(browser: Browser, clinic: Clinic, folder: Path, scheme: str, sessions: Path) -> None:
    shoot = shoot_into(folder, scheme)
    stranger = _context(browser, scheme).new_page()
    for path in PLAIN:
        stranger.goto(clinic.url(path))
        shoot(stranger, _name(path))
    own = _context(browser, scheme, sessions / "lind.json").new_page()
    for path in AT_HOME:
        own.goto(clinic.url(path))
        shoot(own, _name(path))
    page = _context(browser, scheme, sessions / "ruiz.json").new_page()
    _walk_pages(page, clinic, shoot)
    _walk_visits(page, clinic, shoot)


def _picture(browser: Browser, clinic: Clinic, sessions: Path, path: Path) -> None:
    """The flex patient's page down to the predicted drug along the spine."""
    context = browser.new_context(storage_state=sessions / "ruiz.json", viewport={"width": 1280, "height": 2190})
    page = context.new_page()
    go_to_patient(page, clinic, "Milo Fenn")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)


def main() -> None:
    """Take every picture, of a fresh clinic for each colour scheme."""
    chromium = os.environ.get("THECAL_CHROMIUM") or find_chromium()
    folder = Path(os.environ.get("THECAL_SCREENS") or sys.exit("Name a folder in THECAL_SCREENS."))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        seed = Path(place)
        clinic = start_clinic(seed / "seed")
        for username in ("ruiz", "lind"):
            context = browser.new_context()
            sign_in(context.new_page(), clinic, username)
            keep_session(context, seed / f"{username}.json")
        if picture := os.environ.get("THECAL_PICTURE"):
            _picture(browser, clinic, seed, Path(picture))
        clinic.stop()
        for scheme in re.findall(r"\w+", os.environ.get("THECAL_SCHEMES", "light dark")):
            shutil.copytree(seed / "seed", seed / scheme)
            clinic = start_clinic(seed / scheme)
            _shoot_all(browser, clinic, folder, scheme, seed)
            clinic.stop()
        browser.close()


if __name__ == "__main__":
    main()
