"""A real browser on a real server. The server is seeded once; every test that changes something gets a copy."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser.helpers import SIGNED_IN, Clinic, OpenPage, Watch, keep_session, running, sign_in, start_clinic
from tests.browser.journey import Journey
from tests.conftest import find_chromium

__all__ = ["ARGUMENTS", "OpenPage"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
"""A review is forecast while other tests use the same processors."""


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium named by THECAL_CHROMIUM, or the one on the path; skipped where there is none."""
    path = os.environ.get("THECAL_CHROMIUM") or find_chromium()
    if path is None or shutil.which(path) is None:
        pytest.skip("no Chromium: apt install chromium, or name one in THECAL_CHROMIUM")
    return path


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One browser for a module. Not for longer: while it runs, the database refuses tests of other folders."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seed(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded clinic's folder, stopped, with a signed-in session of each of `SIGNED_IN` beside it.

    Processes that share the tests share the folder: the first one makes it, the others wait.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "seed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / "browser-seed"
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            _make_seed(folder, chromium_path)
            (folder / "made").touch()
    return folder


def _make_seed(folder: Path, chromium_path: str) -> None:
    """The clinic, and everybody signed in once."""
    clinic = start_clinic(folder / "clinic")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
            for username in SIGNED_IN:
                context = browser.new_context()
                sign_in(context.new_page(), clinic, username)
                keep_session(context, folder / f"{username}.json")
            browser.close()
    finally:
        clinic.stop()


@pytest.fixture
def clinic(seed: Path, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic of this test's own."""
    with running(seed / "clinic", tmp_path / "clinic") as clinic:
        yield clinic


@pytest.fixture(scope="module")
def still_clinic(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic for tests that only read."""
    with running(seed / "clinic", tmp_path_factory.mktemp("still") / "clinic") as clinic:
        yield clinic


@pytest.fixture
def watch() -> Watch:
    """What the browser complains of in this test."""
    return Watch()


@pytest.fixture
def open_page(browser: Browser, seed: Path, watch: Watch) -> Iterator[OpenPage]:
    """`open_page(who, **options)`: an empty page, signed in as `who` unless that is None; watched to the end."""
    contexts = []

    def open_one(who: str | None = "ruiz", **options: Any) -> Page:
        state: dict[str, Any] = {} if who is None else {"storage_state": seed / f"{who}.json"}
        window = {"viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(**(state | window | options))
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        watch.on(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    watch.verify()


@pytest.fixture
def journey(browser: Browser, tmp_path: Path, watch: Watch) -> Iterator[Journey]:
    """A clinic with staff and no patients, and a walk that begins in it; watched to the end."""
    clinic = start_clinic(tmp_path / "empty", "--empty")

    def open_one() -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        watch.on(page)
        return page

    walk = Journey(clinic=clinic, open_page=open_one)
    try:
        yield walk
    finally:
        for page in walk.pages.values():
            page.context.close()
        clinic.stop()
    watch.verify()
