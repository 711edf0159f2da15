"""A rehearsal clinic in a process of its own, and a browser that complains of everything that it should not see."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

OpenPage = Callable[..., Page]
"""Opens a page, signed in as somebody or nobody."""
PASSWORD = "rehearse-with-care"
SIGNED_IN = ("ruiz", "lindqvist", "lind")
"""Who is signed in before the tests begin: a prescriber, a nurse, a patient. Nobody used Dr Okafor's codes."""
HOST = "127.0.0.1"
START_LIMIT_S = 60
STOP_LIMIT_S = 20
CODE_MARGIN_S = 4
COUNT_CHANGES = """
document.addEventListener("change", (event) => {
  const made = JSON.parse(sessionStorage.getItem("entries") ?? "[]");
  sessionStorage.setItem("entries", JSON.stringify([...made, event.target.name]));
}, true);
"""
NEVER_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """A running `thecal demo` and its folder."""

    address: str
    data: Path
    process: "subprocess.Popen[str]"

    def url(self, path: str) -> str:
        """An absolute address."""
        return self.address.rstrip("/") + path

    def code_of(self, username: str) -> str:
        """The person's one-time code as the codes table shows it, good for a few seconds more."""
        while True:
            with urllib.request.urlopen(self.url("/rehearsal/codes/"), timeout=20) as answer:
                table = answer.read().decode()
            left = re.search(r"work for (\d+) s", table)
            shown = re.search(rf"<code>{username}</code></td><td><code class=\"code\">(\d{{6}})", table)
            assert left is not None, table
            assert shown is not None, table
            if int(left.group(1)) >= CODE_MARGIN_S:
                return shown.group(1)
            time.sleep(int(left.group(1)) + 0.2)

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.kill()
        self.process.wait(STOP_LIMIT_S)

    def stop(self) -> None:
        """End the process as Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(STOP_LIMIT_S)


def start_clinic(data: Path, *arguments: str, lock_after_s: int = NEVER_S) -> Clinic:
    """The rehearsal clinic in `data`, on a free port, once it listens. Sessions of the seed are old: none locks."""
    command = [sys.executable, "-m", "thecal.cli", "demo", "--port", "0", "--data", str(data), *arguments]
    environment = {**os.environ, "THECAL_LOCK_AFTER_S": str(lock_after_s)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://\S+", line)
        if found:
            return Clinic(address=found.group(), data=data, process=process)
    raise AssertionError(f"the clinic did not start: exit code {process.wait(START_LIMIT_S)}")


@contextmanager
def running(seed: Path, data: Path, *, lock_after_s: int = NEVER_S) -> Iterator[Clinic]:
    """A clinic on a copy of the seeded folder."""
    shutil.copytree(seed, data)
    clinic = start_clinic(data, lock_after_s=lock_after_s)
    try:
        yield clinic
    finally:
        clinic.stop()


@dataclass(kw_only=True)
class Watch:
    """What a browser complained of. A test says beforehand what it provokes."""

    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        """Look at everything that this page asks for and says."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def expect(self, pattern: str) -> None:
        """A complaint that the test is about."""
        self.expected.append(pattern)

    def verify(self) -> None:
        """Fail for whatever was not expected."""
        unexpected = [said for said in self.complaints if not any(re.search(each, said) for each in self.expected)]
        if unexpected:
            raise AssertionError("\n".join(["the browser complains:", *unexpected]))

    def _console(self, message: ConsoleMessage) -> None:
        # htmx says so when a preview is overtaken by the next keystroke.
        if message.type in {"error", "warning"} and not re.match(r"htmx:(sendAbort|afterRequest)", message.text):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if request.url.startswith("http") and urlsplit(request.url).hostname != HOST:
            self.complaints.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # A preview that is overtaken by the next keystroke, or by leaving the page, is given up on purpose.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"status {response.status}: {urlsplit(response.url).path}")


def sign_in(page: Page, clinic: Clinic, username: str) -> None:
    """Password, then the code that the page shows."""
    page.goto(clinic.url("/sign-in/"))
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code", exact=True).fill(clinic.code_of(username))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def keep_session(context: BrowserContext, path: Path) -> None:
    """The signed-in session, to begin other pages with."""
    context.storage_state(path=path)


def go_to_patient(page: Page, clinic: Clinic, name: str) -> None:
    """From the list of patients to one of them."""
    page.goto(clinic.url("/patients/"))
    page.get_by_role("link", name=re.compile(name)).first.click()
    expect(page.locator(".patient-header h1")).to_contain_text(name)


def open_visit(page: Page, clinic: Clinic, name: str) -> None:
    """The patient's visit, nothing read yet."""
    go_to_patient(page, clinic, name)
    page.get_by_role("button", name="Open visit").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("^Visit"))).to_be_visible()


def interrogate(page: Page) -> None:
    """Read the pump."""
    page.get_by_role("button", name="Interrogate").click()
    expect(page.locator("#read .provenance")).to_contain_text("Calculated by the pump, read")


def open_read_visit(page: Page, clinic: Clinic, name: str) -> None:
    """The patient's visit with the pump read."""
    open_visit(page, clinic, name)
    interrogate(page)


def refill(page: Page, volume: str, concentration: str, *, expires: str = "2027-03") -> None:
    """The refill's protocol from the first question to the fill, with nothing amiss."""
    said = page.locator(".patient-header .who p").inner_text()
    known = re.search(r"born (\d+ \w+ \d{4}) · (\S+)", said)
    assert known is not None, said
    enter(page, "Date of birth", known.group(1))
    enter(page, "Record number", known.group(2))
    page.get_by_label("In the clinic").check()
    enter(page, "Drug and concentration, first reading", f"baclofen {concentration}")
    expect(page.locator("#label_entry")).to_contain_text("out of sight")
    enter(page, "Lot", "A17")
    enter(page, "Expires", expires)
    enter(page, "Drug and concentration, second reading", f"baclofen {concentration}")
    expect(page.locator("#label_entry")).to_contain_text("the same")
    page.get_by_label("At its stop, and old drug drawn").check()
    page.get_by_role("button", name="Empty the reservoir").click()
    syringe = re.search(r"reads ([\d.]+)", page.locator(".syringe").inner_text())
    assert syringe is not None
    enter(page, "Withdrawn", syringe.group(1))
    expect(page.locator("#expected")).to_contain_text("expected")
    page.get_by_label("Drawn back, no resistance").check()
    page.get_by_label("Volume").fill(volume)
    page.get_by_role("button", name="Fill", exact=True).click()
    expect(page.locator("#refill")).to_contain_text("Filled")


def enter(page: Page, label: str, text: str) -> None:
    """Type an entry of the protocol and go on: it is kept at once."""
    entry = page.get_by_label(label)
    with page.expect_response(lambda response: response.url.endswith("/entry/")):
        entry.fill(text)
        entry.blur()


def count_entries(page: Page) -> None:
    """From the next page on, keep the name of everything that is typed or chosen."""
    page.add_init_script(COUNT_CHANGES)


def entries_made(page: Page) -> list[str]:
    """The names of everything typed or chosen since it is counted, in order."""
    made: list[str] = page.evaluate("JSON.parse(sessionStorage.getItem('entries') ?? '[]')")
    return made


def choose_second(page: Page, name: str, code: str) -> None:
    """Choose the second person, who gives their own code."""
    page.get_by_label("Second person").select_option(label=name)
    page.get_by_label("Their one-time code").fill(code)


def lift_or_hold(page: Page, choice: str | None = None) -> None:
    """The rehearsal bar's wand: lift it as chosen, or hold it again."""
    if choice is None:
        page.get_by_role("button", name="Hold the wand").click()
        return
    page.locator("select[name=hand]").select_option(choice)
    page.get_by_role("button", name="Lift the wand").click()


def says(page: Page, selector: str, *texts: str) -> None:
    """The part of the page holds every text, whatever kind of space stands in it."""
    for text in texts:
        expect(page.locator(selector)).to_contain_text(re.compile(re.escape(text).replace(r"\ ", r"[\s\u00a0]+")))


def texts_of(page: Page, selector: str) -> list[str]:
    """What stands there, spaces as spaces."""
    return [text.replace("\u00a0", " ").strip() for text in page.locator(selector).all_inner_texts()]
