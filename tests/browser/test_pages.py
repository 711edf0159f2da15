"""Pages for everybody: a patient's own, by keyboard, without a script, on paper, and for those who listen to them."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, PdfMargins, expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import PASSWORD, Clinic, Watch, go_to_patient, interrogate, open_visit, says

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
EMERGENCY = ("/help/too-little/", "/help/too-much/", "/help/alarm/", "/help/wound-and-fever/")
PUBLIC = ("/sign-in/", "/help/", "/guide/", *EMERGENCY)
AT_HOME = (
    "/me/", "/me/warning-signs/", "/me/plan/", "/me/diary/", "/me/diary/new/itch/", "/me/diary/new/day/",
    "/me/diary/check/", "/me/exercises/", "/me/good-and-bad/", "/me/card/",
)  # fmt: skip
FOR_STAFF = (
    "/worklist/", "/patients/", "/calls/new/", "/audit/", "/rehearsal/truth/", "/set-up/", "/patients/new/",
    "/patients/4/card/", "/patients/4/accounts/", "/patients/4/explore/", "/patients/4/explore/?what=stop&days=3",
)  # fmt: skip
WIDTHS = (1280, 390)
GRAVE = {"serious", "critical"}


def test_a_patient_sees_their_own_page_alone(still_clinic: Clinic, open_page: OpenPage, watch: Watch) -> None:
    """Plain sentences about one's own pump; every other record, the worklist and the rehearsal's hands are shut."""
    watch.expect("403")
    page = open_page("lind", viewport={"width": 390, "height": 800})
    page.goto(still_clinic.url("/"))
    says(page, "main", "Hello, Asta Lind", "300 micrograms a day", "The next refill")
    expect(page.get_by_role("link", name="Worklist")).to_have_count(0)
    expect(page.get_by_role("button", name="+1 h", exact=True)).to_have_count(0)
    for path in ("/worklist/", "/patients/", "/patients/1/", "/patients/4/", "/audit/", "/rehearsal/truth/"):
        answer = page.goto(still_clinic.url(path))
        assert answer is not None
        assert answer.status == 403, path
        expect(page.locator("main")).not_to_contain_text("Milo Fenn")


def _type_here(page: Page, text: str) -> None:
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


SEEN = """selector => {
  const held = document.activeElement, box = held.getBoundingClientRect();
  return held.matches(selector) && box.top >= 0 && box.bottom <= innerHeight && box.width > 0;
}"""


def _tab_to(page: Page, selector: str, *, most: int = 80) -> None:
    """Tab until `selector` has the focus, and the focus can be seen. What is swapped meanwhile keeps it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            page.wait_for_function(SEEN, arg=selector)
            return
    raise AssertionError(f"{selector} cannot be reached by the Tab key")


def test_a_visit_needs_no_mouse(clinic: Clinic, open_page: OpenPage) -> None:
    """From the sign-in page to a confirmed update by Tab, Enter and typing."""
    page = open_page(None)
    page.goto(clinic.url("/sign-in/"))
    _tab_to(page, "#id_login")
    page.keyboard.type("okafor")
    _tab_to(page, "#id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_be_visible()
    _tab_to(page, "#id_code")
    page.keyboard.type(clinic.code_of("okafor"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Worklist")).to_be_visible()
    go_to_patient(page, clinic, "Asta Lind")
    _tab_to(page, "form[action$='/visit/'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=re.compile("^Visit"))).to_be_visible()
    _tab_to(page, "form[action$='/interrogate/'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#read .provenance")).to_be_visible()
    _tab_to(page, "#daily_dose")
    _type_here(page, "310")
    _tab_to(page, "#reason")
    page.keyboard.type("Stiffer in the morning.")
    says(page, "#judged tr.first", "310 mcg/day")
    expect(page.get_by_role("button", name="Update pump")).to_be_enabled()
    _tab_to(page, "button.update")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()


def test_reading_and_emergencies_need_no_script(still_clinic: Clinic, open_page: OpenPage) -> None:
    """Everything that is read is in the page as it was sent."""
    page = open_page("ruiz", java_script_enabled=False)
    go_to_patient(page, still_clinic, "Milo Fenn")
    says(page, "#now", "Calculated by the pump", "Daily dose")
    expect(page.locator("#now svg").first).to_be_visible()
    expect(page.locator("#body svg").first).to_be_visible()
    page.goto(still_clinic.url("/worklist/"))
    says(page, "main", "Act on a call")
    stranger = open_page(None, java_script_enabled=False)
    for path in EMERGENCY:
        stranger.goto(still_clinic.url(path))
        expect(stranger.locator(".help-steps li").first).to_be_visible()
        says(stranger, ".numbers", "555 0142")


def test_a_visit_works_without_a_script(clinic: Clinic, open_page: OpenPage) -> None:
    """Read, order, review by the button, update."""
    page = open_page("ruiz", java_script_enabled=False)
    open_visit(page, clinic, "Asta Lind")
    interrogate(page)
    page.get_by_label("Daily dose").fill("310")
    page.get_by_label("Reason").fill("Stiffer in the morning.")
    page.get_by_role("button", name="Review and keep draft").click()
    says(page, "#judged tr.first", "310 mcg/day")
    page.get_by_role("button", name="Update pump").click()
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()


@pytest.mark.parametrize("path", EMERGENCY)
def test_an_emergency_page_prints_on_one_side(path: str, still_clinic: Clinic, open_page: OpenPage) -> None:
    """A4, with the numbers to call, and nothing of the screen's navigation."""
    page = open_page(None)
    page.goto(still_clinic.url(path))
    page.emulate_media(media="print")
    expect(page.locator("header.site nav")).to_be_hidden()
    expect(page.locator(".numbers")).to_be_visible()
    margin: PdfMargins = {"top": "12mm", "right": "12mm", "bottom": "12mm", "left": "12mm"}
    printed = page.pdf(format="A4", margin=margin)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def _grave(page: Page) -> list[str]:
    """Serious and critical violations, each with its first place."""
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['impact']} {each['id']}: {each['nodes'][0]['html'][:160]} {each['nodes'][0]['failureSummary'][:300]}"
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]


def _reach(page: Page) -> list[str]:
    """What the page is wider than: nothing, when it fits."""
    wide: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} px wider than the window"] if wide > 0 else []


def _complaints(page: Page, where: str) -> list[str]:
    """Of the page as it stands, at each width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{where} at {width} px: {each}" for each in [*_grave(page), *_reach(page)]]
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_keeps_anybody_out(scheme: str, clinic: Clinic, open_page: OpenPage, watch: Watch) -> None:
    """No serious or critical violation of the accessibility rules, and nothing to scroll sideways, on any page."""
    del watch
    found: list[str] = []
    stranger = open_page(None, color_scheme=scheme, bypass_csp=True)
    page = open_page("ruiz", color_scheme=scheme, bypass_csp=True)
    own = open_page("lind", color_scheme=scheme, bypass_csp=True)
    for each in (stranger, page, own):
        each.add_init_script(path=AXE)
    for path in PUBLIC:
        stranger.goto(clinic.url(path))
        found += _complaints(stranger, path)
    for path in AT_HOME:
        own.goto(clinic.url(path))
        found += _complaints(own, path)
    for path in (*FOR_STAFF, "/calls/1/", "/rehearsal/truth/3/"):
        page.goto(clinic.url(path))
        found += _complaints(page, path)
    for name in ("Milo Fenn", "Jonas Hale", "Ingrid Vale"):
        go_to_patient(page, clinic, name)
        found += _complaints(page, name)
    open_visit(page, clinic, "Milo Fenn")
    found += _complaints(page, "a visit not read")
    interrogate(page)
    found += _complaints(page, "a visit")
    if found:
        raise AssertionError("\n".join(found))
