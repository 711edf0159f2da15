"""What every test shares: property tests that repeat themselves exactly, and a browser that may not go missing."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.laws.teardown import WITNESSED, Witness

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The same examples every time, so that a red test stays red; the long campaign looks for new ones.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.register_profile(
    "long", deadline=None, max_examples=5_000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


def find_chromium() -> str | None:
    """The path of a Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; a test that asks for it is skipped where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: apt install chromium")
    return path


@pytest.fixture(scope="session")
def witness() -> Generator[Witness]:
    """Sees what the pump and the implant do, from the first test to the last."""
    seen = Witness()
    with pytest.MonkeyPatch.context() as patch:
        for module, names in WITNESSED:
            for name in names:
                patch.setattr(module, name, seen.watching(getattr(module, name)))
        yield seen


@pytest.fixture(autouse=True)
def _laws_hold_at_the_end(witness: Witness) -> Generator[None]:
    """Whatever a test did: what was right before a call is right after it."""
    yield
    wrong = witness.complaints()
    assert not wrong, wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every browser test asks for the Chromium first, whatever else it asks for."""
    for item in items:
        names = getattr(item, "fixturenames", None)
        if item.get_closest_marker("browser") and names is not None and "chromium_path" not in names:
            names.insert(0, "chromium_path")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped browser test has failed, whatever it was skipped for."""
    report = yield
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: CI must run the browser tests. {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One loud line where browser tests were skipped."""
    skipped = [report for report in terminalreporter.getreports("skipped") if "browser" in report.keywords]
    if skipped:
        line = f"{len(skipped)} BROWSER TESTS WERE SKIPPED; most likely there is no Chromium here: apt install chromium"
        terminalreporter.write_line(f"!!! {line} !!!", red=True, bold=True)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).parent.parent
