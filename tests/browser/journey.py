"""Taking a patient through the therapy in a browser: any sheet filled in by its entries, time passed, people changed.

Sheets are addressed as a person's bookmarks would be, filled in through the page's own entries, and sent by its button.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect
from tests.browser.helpers import Clinic, OpenPage, sign_in, texts_of

Entries = Mapping[str, str | list[str]]


@dataclass(kw_only=True)
class Journey:
    """One patient, one clinic, and a signed-in page for each person who acts."""

    clinic: Clinic
    open_page: OpenPage
    patient_id: int = 0
    pages: dict[str, Page] = field(default_factory=dict)

    def as_(self, username: str) -> Page:
        """The page of somebody, signed in once."""
        if username not in self.pages:
            page = self.open_page()
            sign_in(page, self.clinic, username)
            self.pages[username] = page
        return self.pages[username]

    def go(self, username: str, path: str) -> Page:
        """The page of somebody, at an address."""
        page = self.as_(username)
        page.goto(self.clinic.url(path))
        return page

    def sheet(self, username: str, key: str) -> Page:
        """Somebody before a sheet, by its whole key."""
        step, name = key.split(".", 1)
        return self.go(username, f"/patients/{self.patient_id}/steps/{step}/{name}/")

    def record(
        self, username: str, key: str, entries: Entries, *, reason: str = "", second: str = "", refused: bool = False
    ) -> Page:
        """Fill a sheet in and send it. `second` is another person's user name, or "later"."""
        page = self.sheet(username, key)
        fill(page, entries)
        if reason or second:
            self._sign(page, reason, second)
        page.locator(".judging button[type=submit]").click()
        if refused:
            expect(page.locator(".error-summary")).to_be_visible()
            return page
        problems = texts_of(page, ".error-summary, .findings .finding.block") if page.url.endswith(f"{key}/") else []
        expect(page, f"{key}: {problems}").not_to_have_url(re.compile(rf"/{key.split('.', 1)[1]}/$"))
        return page

    def _sign(self, page: Page, reason: str, second: str) -> None:
        expect(page.locator("#reason")).to_be_visible()
        page.locator("#reason").fill(reason)
        if second:
            expect(page.locator("#second_person")).to_be_visible()
            page.locator("#second_person").select_option(second)
        if second not in {"", "later"}:
            page.locator("#second_code").fill(self.clinic.code_of(second))

    def step(self, username: str, key: str) -> Page:
        """Somebody before a step."""
        return self.go(username, f"/patients/{self.patient_id}/steps/{key}/")

    def patient(self, username: str) -> Page:
        """Somebody before the patient's page."""
        return self.go(username, f"/patients/{self.patient_id}/")

    def pass_time(self, username: str, button: str, times: int = 1) -> Page:
        """Move the rehearsal's clock by one of its buttons."""
        page = self.as_(username)
        if urlsplit(page.url).path != "/worklist/":
            self.go(username, "/worklist/")
        for _ in range(times):
            with page.expect_navigation():
                page.get_by_role("button", name=button, exact=True).click()
        return page

    def worklist(self, username: str) -> list[str]:
        """What is due, in words."""
        return texts_of(self.go(username, "/worklist/"), "table.worklist td.what")

    def open_due(self, username: str, what: str) -> Page:
        """Somebody before the first thing on the worklist that is called so, by its own button."""
        page = self.go(username, "/worklist/")
        page.locator("table.worklist tr", has_text=what).first.locator("td.next a").click()
        return page


def fill(page: Page, entries: Entries, within: str = ".entries") -> None:
    """Make every entry, whatever kind it is."""
    for name, value in entries.items():
        _enter(page.locator(f"{within} [name='{name}']"), name, value)


def _enter(entry: Locator, name: str, value: str | list[str]) -> None:
    expect(entry.first, f"an entry called {name}").to_be_attached()
    kind = entry.first.get_attribute("type") or entry.first.evaluate("element => element.tagName.toLowerCase()")
    if kind in {"radio", "checkbox"}:
        offered = {choice.get_attribute("value") for choice in entry.all()}
        wanted = {value} if isinstance(value, str) else set(value)
        assert wanted <= offered, f"{name} offers {sorted(filter(None, offered))}, not {value}"
    if kind == "radio":
        entry.and_(entry.page.locator(f"[value='{value}']")).check()
    elif kind == "checkbox":
        for choice in [value] if isinstance(value, str) else value:
            entry.and_(entry.page.locator(f"[value='{choice}']")).check()
    elif kind == "select":
        offered = {choice.get_attribute("value") for choice in entry.locator("option").all()}
        assert value in offered, f"{name} offers {sorted(filter(None, offered))}, not {value}"
        entry.select_option(str(value))
    else:
        entry.fill(str(value))


def admit(journey: Journey, username: str, **given: str) -> None:
    """Admit the journey's patient: `name`, `born`, `record_number`, `origin`, `tolerance`, `allergies`."""
    page = journey.go(username, "/patients/new/")
    for name, value in given.items():
        _enter(page.locator(f"main [name='{name}']"), name, value)
    page.get_by_role("button", name="Admit").click()
    expect(page.locator(".patient-header h1")).to_contain_text(given["name"])
    found = re.search(r"/patients/(\d+)/", page.url)
    assert found is not None, page.url
    journey.patient_id = int(found.group(1))


def examiner_finds(page: Page) -> dict[str, str]:
    """What the rehearsal's examiner finds, by muscle group as the page names it."""
    lines = texts_of(page, ".examiner li")
    return {name.split(",")[0]: grade.strip() for name, _, grade in (line.partition(":") for line in lines)}
