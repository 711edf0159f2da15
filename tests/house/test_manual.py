"""The manual is true: its commands run, its example is a scenario, and its tables hold the code's own numbers."""

import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest
from tests.house.numbers import plain, shown
from tests.house.source import ROOT
from tests.house.test_docs import table_rows

from thecal.care import need, replacement, tapering
from thecal.care.limits import BOOK_AHEAD, DRUG_LIFE, LOWERING_STEP, WORST_DELIVERY, WORST_UNDELIVERABLE
from thecal.care.slips import SLIPS, Slip
from thecal.cli.frame import run as run_command
from thecal.clinic.rehearse.clock import Jump
from thecal.clinic.rehearse.patients import SIX
from thecal.clinic.rehearse.people import CODE_PERIOD_S, STAFF
from thecal.clinic.steps import titration
from thecal.clinic.steps.registry import STEPS
from thecal.clinic.views.visit import FRESH_MS
from thecal.clinic.worklist import REFILL_HORIZON_MS, VISIT_HORIZON_MS
from thecal.findings import Severity
from thecal.scenario import load, tell
from thecal.sources import GRADES, Sourced
from thecal.units import DAY_MS, MINUTE_MS, NL_PER_ML, decimal_text, show_volume
from thecal.wand import emergency, frames, session
from thecal.wand.credentials import RIGHTS
from thecal.wand.handshake import MESSAGE_SIZES

MANUAL = ROOT / "docs" / "manual"
PUMP = ROOT / "docs" / "pump.md"
PAGES = [ROOT / "README.md", PUMP, *sorted(path for path in MANUAL.glob("*.md") if path.name != "command-line.md")]
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in PAGES}
QUICK = ("twin", "review", "care")
"""What needs no pump and no browser. The other commands' options are looked up in test_docs; test_pump_and_wand types
whole conversations with a pump."""


def numbers_of(*places: ModuleType) -> list[list[str]]:
    """The rows of a table of all numbers that stand in these modules."""
    found = [value for place in places for value in vars(place).values() if isinstance(value, Sourced)]
    return rows_of({number.name: number for number in found}.values())


def rows_of(numbers: Iterable[Sourced]) -> list[list[str]]:
    """Name, value, grade."""
    return [[number.name.replace("_", " "), shown(number), number.grade] for number in numbers]


def commands() -> list[tuple[str, str, int]]:
    """(Page, command, exit code) of each quick line; the code is 0 unless a comment says another."""
    found = []
    for page, text in TEXTS.items():
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            for line in block.splitlines():
                if line.startswith(tuple(f"thecal {noun} " for noun in QUICK)):
                    said = re.search(r"# exit code (\d)", line)
                    found.append((page, line, int(said.group(1)) if said else 0))
    return found


@pytest.mark.parametrize(("page", "line", "code"), commands())
def test_a_printed_command_works(
    page: str,
    line: str,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Typed beside the examples it ends as the page says, and says something."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)  # what a command writes is not left in the repository
    assert run_command(shlex.split(line, comments=True)[1:]) == code, page
    assert capsys.readouterr().out


def test_there_are_commands_to_type() -> None:
    """The README has its five lines; other pages have theirs."""
    assert len({page for page, _, _ in commands()}) >= 3
    assert len(commands()) >= 8


def test_every_heading_that_is_linked_exists() -> None:
    """Links that name a heading lead to one."""
    seen = 0
    for page, text in TEXTS.items():
        for target, heading in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", text):
            path = next(path for path in PAGES if path.name == page).parent / target if target else None
            there = text if path is None else path.read_text(encoding="utf-8")
            headings = re.findall(r"(?m)^#+ (.+)$", there)
            assert heading in {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}, page
            seen += 1
    assert seen


def test_every_page_is_in_the_index_and_none_is_long() -> None:
    """A reader finds each page from the first one, and reads it in one go; the pump's tables are looked up."""
    index = TEXTS["index.md"]
    assert [
        path.name for path in MANUAL.glob("*.md") if path.name != "index.md" and f"({path.name})" not in index
    ] == []
    assert f"(../{PUMP.name})" in index
    assert [path.name for path in PAGES if path != PUMP and len(TEXTS[path.name].splitlines()) > 160] == []
    assert all(f"| {grade} |" in index for grade in GRADES)


def test_the_wand_s_numbers_are_the_wand_s() -> None:
    """The handshake's bytes, what each role may, and every limit."""
    text = TEXTS["wand.md"]
    sizes = [int(row[1]) for row in table_rows(text, "message")]
    assert sizes == [*MESSAGE_SIZES, sum(MESSAGE_SIZES)]
    rights = {row[0]: {name.replace(" ", "") for name in row[1].split(",")} for row in table_rows(text, "role")}
    assert rights == {role: {command.__name__.lower() for command in may} for role, may in RIGHTS.items()}
    assert [row[:2] for row in table_rows(text, "kind")] == [
        [str(kind.value), f"`{kind.name}`"] for kind in frames.Kind
    ]
    assert [row[2] for row in table_rows(text, "kind")] == [str(frames.BODY_MAX[kind]) for kind in frames.Kind]
    assert table_rows(text, "limit") == numbers_of(session, emergency)


def test_the_scenario_page_s_example_runs() -> None:
    """It is read, a day without drug comes out of its stall, and every example that the rest needs is there."""
    (block,) = re.findall(r"```json\n(.*?)```", TEXTS["scenario.md"], re.DOTALL)
    told = tell(load(block))
    assert DAY_MS in {each.end_ms - each.start_ms for each in told.at_tip if each.dose_pg_per_day == 0}
    assert len(told.scenario.visits) == 1


def test_what_a_scenario_may_leave_out_is_as_the_page_says() -> None:
    """The volumes and the drug of the table are the file's defaults."""
    (block,) = re.findall(r"```json\n(.*?)```", TEXTS["scenario.md"], re.DOTALL)
    scenario = load(block)
    rows = {row[0]: row[1] for row in table_rows(TEXTS["scenario.md"], "field")}
    catheter = scenario.catheter
    assert rows["`program.drug`"] == scenario.program.drug
    assert rows["`program.low_reservoir_alarm`"] == plain(show_volume(scenario.program.low_reservoir_alarm_nl))
    per_cm = f"{decimal_text(catheter.per_cm_nl, NL_PER_ML)} mL/cm (*assumed*)"
    assert rows["`catheter.per_cm`, `catheter.tubing`"] == f"{per_cm}, {plain(show_volume(catheter.tubing_nl))}"
    assert (catheter.truly_implanted_mm, scenario.reservoir.undeliverable_nl, scenario.patient.so_far) == (
        None,
        0,
        "steady",
    )


def test_the_numbers_of_the_operations_are_the_rules_() -> None:
    """When a pump is replaced, and how a dose is tapered."""
    assert table_rows(TEXTS["operations.md"], "number") == rows_of(replacement.NUMBERS.values())
    assert table_rows(TEXTS["operations.md"], "in a taper") == rows_of(tapering.NUMBERS.values())


def test_the_clinic_page_s_numbers_are_the_clinic_s() -> None:
    """Horizons, freshness, the reasons of the book-by date, severities, slips."""
    rows = {row[0]: row[1] for row in table_rows(TEXTS["clinic.md"], "on the worklist")}
    assert rows["a refill"].startswith(f"{REFILL_HORIZON_MS // DAY_MS} days")
    assert rows["the pump's replacement"].startswith(f"{replacement.PLAN_AHEAD.whole() // DAY_MS} days")
    assert rows["the next visit that the last one asked for"].startswith(f"{VISIT_HORIZON_MS // DAY_MS} days")
    words = [row[0].replace(" ", "_").upper() for row in table_rows(TEXTS["clinic.md"], "severity")]
    assert words == [severity.name for severity in Severity]
    text = " ".join(TEXTS["clinic.md"].split())
    assert FRESH_MS == 10 * MINUTE_MS
    assert "read-out older than ten minutes" in text
    assert BOOK_AHEAD.whole() == 7 * DAY_MS
    assert f"{DRUG_LIFE.whole() // DAY_MS} days from the fill" in text
    over, left = shown(WORST_DELIVERY), shown(WORST_UNDELIVERABLE)
    assert over == "114.5 %"
    assert f"{over.removeprefix('1')} more delivered than programmed and {left} undeliverable, *assumed*" in text
    assert f"({', '.join(slip.name for slip in sorted(SLIPS, key=_ratio) if slip.down == 1)}, and" in text


def test_the_titration_page_s_numbers_are_the_rules() -> None:
    """Every number of a rising need, how long before its end an order set is announced, and what needs none."""
    text = " ".join(TEXTS["titration.md"].split())
    assert table_rows(TEXTS["titration.md"], "number") == rows_of(need.NUMBERS.values())
    assert titration.AHEAD_MS == 7 * DAY_MS
    assert "a week before" in text
    assert f"lower it by up to {shown(LOWERING_STEP)}" in text


def _ratio(slip: Slip) -> int:
    return slip.up


def test_the_rehearsal_page_knows_its_people() -> None:
    """Whoever is named there can be met, and nobody is left out."""
    text = TEXTS["rehearsal.md"]
    patients = [patient.name.removesuffix(" (fictional)") for patient in SIX]
    assert sorted(row[0] for row in table_rows(text, "patient")) == sorted(patients)
    assert all(f"`{person.username}`" in text and person.name in text for person in STAFF)
    assert f"Codes last {CODE_PERIOD_S} seconds" in text
    assert all(jump.value in text for jump in Jump)


def test_the_manual_names_every_step_by_its_number_and_title() -> None:
    """The table of steps is that of the clinic."""
    rows = re.findall(r"^\| (\d+) \| ([^|]+?) \|", TEXTS["steps.md"], re.MULTILINE)
    assert rows == [(str(step.number), step.title) for step in STEPS]
