"""What is written about Thecal is true: commands exist, words are the code's, and every no and every beep is told."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.source import ROOT, modules, texts

from thecal.pump.alarms import Alarm
from thecal.pump.refusals import REMEDIES, RefusalCode

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
MARKDOWN = [(path, text) for path, text in texts() if path.endswith(".md")]
MANUAL = ROOT / "docs" / "manual" / "refusals_and_alarms.md"


def table_rows(text: str, first: str) -> list[list[str]]:
    """The cells of each row of the one table whose heading starts with `first`."""
    table = text.split(f"| {first} |")[1].split("\n\n", maxsplit=1)[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def commands() -> list[tuple[str, str]]:
    """(File, command) of every line in a shell block that calls make or thecal."""
    found = []
    for path, text in MARKDOWN:
        for block in re.findall(r"```(?:sh|bash|console|shell)\n(.*?)```", text, re.DOTALL):
            lines = [line.strip().removeprefix("$ ") for line in block.replace("\\\n", " ").splitlines()]
            found += [(path, line) for line in lines if line.startswith(("make ", "thecal "))]
    return found


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_number_title_date_status_and_a_why(path: Path) -> None:
    """One page, one decision, one why."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(rf"# {path.stem[:4]} · \S.*", lines[0])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d · (proposed|accepted|superseded by \d{4})", lines[2])
    assert len(lines) <= 40
    assert re.search(r"why", path.read_text(encoding="utf-8"), re.IGNORECASE)


def test_the_decisions_are_numbered_without_a_gap() -> None:
    """A number once given is never given again."""
    assert [path.stem[:4] for path in DECISIONS] == [f"{number:04d}" for number in range(1, len(DECISIONS) + 1)]


def test_every_dependency_has_its_line() -> None:
    """What pyproject.toml asks for, the decision on dependencies explains."""
    text = (ROOT / "docs" / "decisions" / "0007-dependencies.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.scripts]")[0]
    asked = set(re.findall(r'"([A-Za-z][\w-]*)(?:\[\w+\])?(?:[<>=]=?[^"]*)"', project))
    assert len(asked) > 20
    assert [name for name in sorted(asked) if name.removeprefix("pytest") not in text] == []


def test_every_word_of_the_glossary_is_the_code_s_own() -> None:
    """A word that the code gave up leaves the glossary, too; and no word stands there twice."""
    rows = re.findall(r"(?m)^\| ([^|]+) \| [^|]+ \| `([^`]+)` \|$", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"))
    words = set(re.findall(r"\w+", "\n".join(found.text for found in modules())))
    assert len(rows) > 50
    assert [name for _, name in rows if name not in words] == []
    assert len({word for word, _ in rows}) == len(rows)


def test_every_refusal_is_told_with_its_number_and_its_remedy() -> None:
    """All of them, in the order of precedence, in the pump's own words."""
    rows = table_rows(MANUAL.read_text(encoding="utf-8"), "no.")
    assert [(int(number), code.strip("`"), remedy) for number, code, _, remedy in rows] == [
        (code.value, code.name, REMEDIES[code]) for code in RefusalCode
    ]


def test_every_alarm_is_told_with_its_sound() -> None:
    """All of them, and whether each is critical."""
    rows = table_rows(MANUAL.read_text(encoding="utf-8"), "alarm")
    assert [(name.strip("`"), sound == "critical") for name, sound, *_ in rows] == [
        (alarm.name, alarm.is_critical) for alarm in Alarm
    ]


def test_every_make_command_in_the_documents_exists() -> None:
    """A newcomer types what is written."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for path, line in commands():
        if line.startswith("make "):
            target = shlex.split(line, comments=True)[1]
            assert re.search(rf"(?m)^{re.escape(target)}:", makefile), (path, line)


def test_every_thecal_command_in_the_documents_exists() -> None:
    """The command and each of its options are in the help that it prints."""
    help_texts: dict[tuple[str, ...], str] = {}
    for path, line in commands():
        if line.startswith("thecal "):
            words = [word for word in shlex.split(line, comments=True)[1:] if word not in {"|", ">"}]
            verbs = tuple(word for word in words[:2] if re.fullmatch(r"[a-z][a-z-]*", word))
            if verbs not in help_texts:
                help_texts[verbs] = _help(*verbs)
            options = [word.split("=")[0] for word in words if word.startswith("--")]
            assert [option for option in options if option not in help_texts[verbs]] == [], (path, line)


def _help(*verbs: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-c", "from thecal.cli import main; main()", *verbs, "--help"],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_every_link_between_documents_leads_somewhere() -> None:
    """Relative links in Markdown name files that exist."""
    for path, text in MARKDOWN:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
            assert (ROOT / path).parent.joinpath(target).exists(), (path, target)
