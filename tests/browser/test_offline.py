"""The emergency pages after one visit, with the clinic switched off."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.browser.helpers import Clinic, Watch, says

pytestmark = pytest.mark.browser
PAGES = {
    "/help/": "Emergency",
    "/help/too-little/": "Too little baclofen",
    "/help/too-much/": "Too much baclofen",
    "/help/alarm/": "The pump beeps",
    "/help/wound-and-fever/": "Wound and fever",
}
KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const names = await caches.keys();
  const cache = await caches.open(names.find((name) => name.startsWith("thecal-help-")));
  return (await cache.keys()).map((request) => new URL(request.url).pathname).sort();
}"""
CONTROLLED = "() => navigator.serviceWorker.controller !== null"

ACTIVATED = """async () => {
  for (;;) {
    const registration = await navigator.serviceWorker.getRegistration("/help/");
    if (registration?.active?.state === "activated") return;
    await new Promise((settle) => setTimeout(settle, 50));
  }
}"""
"""The page at home is outside the worker's reach, so nothing there waits for it by itself."""


def _visit_once(page: Page, clinic: Clinic) -> list[str]:
    """Open one of the pages and wait until the browser has kept them all: their paths."""
    page.goto(clinic.url("/help/too-much/"))
    kept: list[str] = page.evaluate(KEPT)
    page.wait_for_function(CONTROLLED)
    return kept


def test_after_one_visit_every_emergency_page_opens_without_the_clinic(
    clinic: Clinic, open_page: OpenPage, watch: Watch
) -> None:
    """All five with their numbers and in their own style, after the server is gone; also when loaded anew."""
    watch.expect(r"ERR_CONNECTION_REFUSED|ERR_FAILED")
    page = open_page(None)
    kept = _visit_once(page, clinic)
    assert set(PAGES) <= set(kept)
    clinic.stop()
    for path, heading in PAGES.items():
        page.goto(clinic.url(path))
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        says(page, ".numbers", "555 0142")
        assert page.evaluate("() => getComputedStyle(document.querySelector('.numbers')).display") == "grid"
        page.reload()
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()


def test_a_kept_page_is_replaced_as_soon_as_the_clinic_answers(clinic: Clinic, open_page: OpenPage) -> None:
    """What was kept is for the time without a network: with one, the clinic's own numbers stand there."""
    page = open_page(None)
    _visit_once(page, clinic)
    stale = """async () => {
      const names = await caches.keys();
      const cache = await caches.open(names.find((name) => name.startsWith("thecal-help-")));
      await cache.put("/help/alarm/", new Response("<h1>stale</h1>", { headers: { "Content-Type": "text/html" } }));
    }"""
    page.evaluate(stale)
    page.goto(clinic.url("/help/alarm/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("The pump beeps")


def test_nothing_but_the_emergency_pages_is_kept(clinic: Clinic, open_page: OpenPage, watch: Watch) -> None:
    """No record, no name: a signed-in person's pages are never in it, and do not open without the clinic."""
    page = open_page("ruiz")
    page.goto(clinic.url("/patients/1/"))
    kept = _visit_once(page, clinic)
    assert all(path.startswith(("/help/", "/static/")) for path in kept)
    for path in PAGES:
        text = page.evaluate("async (path) => (await (await caches.match(path)).text())", path)
        assert "Ruiz" not in text
    watch.expect(r"ERR_")
    clinic.stop()
    with pytest.raises(Exception, match="ERR_"):
        page.goto(clinic.url("/patients/1/"))


def test_who_opened_their_own_page_has_the_emergency_pages_too(
    clinic: Clinic, open_page: OpenPage, watch: Watch
) -> None:
    """Nobody looks for them before they are needed."""
    watch.expect(r"ERR_CONNECTION_REFUSED|ERR_FAILED")
    page = open_page("lind")
    page.goto(clinic.url("/me/"))
    page.evaluate(ACTIVATED)
    clinic.stop()
    page.goto(clinic.url("/help/wound-and-fever/"))
    says(page, ".numbers", "555 0142")


LISTEN = """async (audio) => {
  audio.muted = true;
  await audio.play();
  await new Promise((settle) => { audio.onended = settle; });
  return [Math.round(audio.duration * 1000), audio.error];
}"""
BYTES = """async ([path, range]) => {
  const answer = await fetch(path, { headers: range ? { range } : {} });
  return [answer.status, answer.headers.get("Content-Range"), (await answer.arrayBuffer()).byteLength];
}"""


def test_the_sounds_of_an_alarm_are_heard_with_the_clinic_and_without(
    clinic: Clinic, open_page: OpenPage, watch: Watch
) -> None:
    """Each plays to its end, also in the parts that some browsers ask for, and none begins by itself."""
    watch.expect(r"ERR_CONNECTION_REFUSED|ERR_FAILED")
    page = open_page(None)
    _visit_once(page, clinic)
    for stop in (False, True):
        if stop:
            clinic.stop()
        page.goto(clinic.url("/help/alarm/"))
        two, one = page.locator("audio").all()
        expect(two).to_be_visible()
        assert page.evaluate("() => [...document.querySelectorAll('audio')].every((each) => each.paused)")
        assert two.evaluate(LISTEN) == [3000, None]
        assert one.evaluate(LISTEN) == [1000, None]
        path = one.get_attribute("src")
        assert page.evaluate(BYTES, [path, None]) == [200, None, 32044]
        assert page.evaluate(BYTES, [path, "bytes=0-1"]) == [206, "bytes 0-1/32044", 2]
        assert page.evaluate(BYTES, [path, "bytes=32000-"]) == [206, "bytes 32000-32043/32044", 44]
        assert page.evaluate(BYTES, [path, "bytes=32044-"])[0] in {200, 416}
