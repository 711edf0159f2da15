"""The rule book, its questions and a taper on the command line: everything is there, a wrong entry is named."""

import json
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.helpers import Shell, process

from thecal.canonical import from_plain
from thecal.care.rule_book import QUESTIONS, RULES, RULES_VERSION
from thecal.cli.rules import judged
from thecal.errors import BadInput, TheirFault
from thecal.findings import Severity
from thecal.programmer.review import rules as review

CODES = {None: 0, Severity.NOTE: 0, Severity.REASON: 3, Severity.TWO_PEOPLE: 3, Severity.BLOCK: 1}
SET_UP = {"name": "Fen House", "daytime_number": "01632 960 001", "out_of_hours_number": "01632 960 002"}


def asked(thecal: Shell, tmp_path: Path, question: str, plain: object, *options: str) -> Any:
    """What `check` says to a file with these values."""
    path = tmp_path / "values.json"
    path.write_text(json.dumps(plain), encoding="utf-8")
    return thecal("care", "check", question, path, *options)


def first_entry_to_make(kind: type[Any], plain: object) -> str | None:
    """The first entry that may not stay null; None where there is none."""
    try:
        from_plain(kind, plain)
    except TheirFault as wrong:
        return wrong.says.removeprefix(f"{kind.__name__}.").split(":")[0]
    return None


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Anything that JSON may hold where a field of this type is, sane or not."""
    arms = [arm for arm in get_args(hint) if arm is not Ellipsis]
    if get_origin(hint) in {Union, UnionType}:
        return st.one_of(*(values_of(arm) for arm in arms))
    if get_origin(hint) is tuple:
        return st.lists(values_of(arms[0]), max_size=3)
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        entries = {field.name: values_of(hints[field.name]) for field in fields(hint)}
        return st.fixed_dictionaries({"type": st.just(hint.__name__), **entries})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint.__members__))
    few = st.sampled_from([0, 1, -1, 2, 50, 100, 1_000, 86_400_000, 300_000_000, 2**62])
    scalars: dict[Any, st.SearchStrategy[Any]] = {
        int: few | st.integers(-(2**40), 2**40), bool: st.booleans(), str: st.text(max_size=8), type(None): st.none()
    }  # fmt: skip
    return scalars[hint]


@pytest.mark.parametrize("question", sorted(QUESTIONS))
@given(data=st.data())
@settings(max_examples=20)
def test_whatever_is_asked_is_answered_or_refused_by_name(question: str, data: st.DataObject) -> None:
    """No value of the right kind brings a judge down: findings, or one line that names an entry."""
    plain = data.draw(values_of(QUESTIONS[question][0]))
    with suppress(BadInput):
        assert all(each.rule and each.says for each in judged(question, plain, "as in the example"))


def test_the_book_is_printed_with_every_rule_and_where_it_comes_from(thecal: Shell) -> None:
    """Each rule's name, sentence, source and grade; each number with its value."""
    said = thecal("care", "rules")
    assert said.code == 0
    for rule in (*RULES, *review.RULES):
        assert f"{rule.name}  " in said.out
        assert rule.asks in said.out
        assert f"{rule.source} ({rule.grade})" in said.out
    assert f"Version {RULES_VERSION}" in said.out
    assert "slip window: 3 %, from: Thecal's own choice (assumed)" in said.out
    assert "not a medical device" in said.out


def test_the_book_is_json_for_programs(thecal: Shell) -> None:
    """As many rules as there are, and the numbers as numbers."""
    plain = json.loads(thecal("care", "rules", "--json").out)
    assert plain["version"] == RULES_VERSION
    assert [rule["rule"] for rule in plain["rules"]] != []
    assert {rule["rule"] for rule in plain["rules"]} == {rule.name for rule in (*RULES, *review.RULES)}
    slip = next(rule for rule in plain["rules"] if rule["rule"] == "slip.named")
    assert slip["numbers"][0]["value"] == 30


def test_one_step_is_only_that_step(thecal: Shell) -> None:
    """Nothing of another step; a step that is none is named, with those that are."""
    plain = json.loads(thecal("care", "rules", "--step", "bridge", "--json").out)
    assert {rule["rule"].split(".")[0] for rule in plain["rules"]} == {"bridge"}
    said = thecal("care", "rules", "--step", "levitation")
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "--step" in said.err
    assert "titration" in said.err


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_question_can_be_asked(thecal: Shell, tmp_path: Path, question: str) -> None:
    """Its example is judged as it stands, or the first entry that a person has to make is named; null is no answer."""
    example = json.loads(thecal("care", "check", question, "--example").out)
    said = asked(thecal, tmp_path, question, example)
    kind, judge = QUESTIONS[question]
    entry = first_entry_to_make(kind, example)
    if entry is None:
        assert said.code == CODES[max((found.severity for found in judge(from_plain(kind, example))), default=None)]
    else:
        assert said.code == 2
        assert said.err.count("\n") == 1
        assert said.err.startswith(f"{entry}: ")
        assert f"thecal care check {question} --example" in said.err


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_question_says_what_it_needs(thecal: Shell, question: str) -> None:
    """Each entry of the example is described, with what may stand there."""
    said = thecal("care", "questions", question)
    example = json.loads(thecal("care", "questions", question, "--json").out)
    assert said.code == 0
    assert example == json.loads(thecal("care", "check", question, "--example").out)
    assert [name for name in example if name != "type" and f"  {name}: " not in said.out] == []


def test_the_questions_are_listed(thecal: Shell) -> None:
    """All of them, a line each, or as JSON."""
    assert thecal("care", "questions").out.split() == sorted(QUESTIONS)
    assert json.loads(thecal("care", "questions", "--json").out)["questions"] == sorted(QUESTIONS)


def test_an_answer_has_the_findings_and_their_code(thecal: Shell, tmp_path: Path) -> None:
    """Blocked without a number for the night, clear with one; as JSON each finding has its source and grade."""
    blocked = asked(thecal, tmp_path, "site.set_up", {**SET_UP, "out_of_hours_number": None}, "--json")
    found = json.loads(blocked.out)["findings"]
    assert blocked.code == 1
    assert found[0]["rule"] == "site.no_night_number"
    assert found[0]["grade"] == "maker"
    assert found[0]["source"]
    assert asked(thecal, tmp_path, "site.set_up", SET_UP).code == 0


def test_what_is_left_out_is_not_known(thecal: Shell, tmp_path: Path) -> None:
    """A field that nobody wrote takes its default, and says the same as null."""
    short = asked(thecal, tmp_path, "site.set_up", {"name": "Fen House"})
    whole = asked(thecal, tmp_path, "site.set_up", {**SET_UP, "daytime_number": None, "out_of_hours_number": None})
    assert (short.code, short.out) == (whole.code, whole.out)


def test_somebody_in_danger_is_said_first(thecal: Shell, tmp_path: Path) -> None:
    """The urgency stands in the line and in the JSON."""
    example = json.loads(thecal("care", "check", "wound.signs", "--example").out)
    ill = {**example, "fever": True, "neck_stiffness": True}
    assert "act NOW: " in asked(thecal, tmp_path, "wound.signs", ill).out
    urgencies = [
        found["urgency"] for found in json.loads(asked(thecal, tmp_path, "wound.signs", ill, "--json").out)["findings"]
    ]
    assert "NOW" in urgencies


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"name": 1}', "name"),
        ('{"nmae": "Fen House"}', "SetUp"),
        ('{"name": "a", "name": "b"}', "name"),
        ("[]", "SetUp"),
        ("null", "SetUp"),
        ('{"type": "Site"}', "SetUp"),
        ("{", "values.json"),
        ("", "values.json"),
        ("\x00", "values.json"),
        ("[" * 100_000, "values.json"),
        ('{"name": 1e999}', "name"),
        ('{"name": ' + "9" * 5_000 + "}", "values.json"),
    ],
)
def test_a_wrong_entry_is_one_line_that_names_it(thecal: Shell, tmp_path: Path, text: str, named: str) -> None:
    """Exit code 2, nothing on stdout, the entry's name and what would be right."""
    path = tmp_path / "values.json"
    path.write_text(text, encoding="utf-8")
    said = thecal("care", "check", "site.set_up", path)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert named in said.err


@pytest.mark.parametrize(
    "words",
    [("check", "nonsense"), ("questions", "nonsense"), ("check", "site.set_up", "missing.json"), ("check",)],
    ids=" ".join,
)
def test_a_question_that_is_none_is_one_line(thecal: Shell, words: tuple[str, ...]) -> None:
    """Exit code 2, and where to look."""
    said = thecal("care", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1


def test_values_may_come_on_stdin() -> None:
    """- is stdin, and so is nothing."""
    for words in (("site.set_up", "-"), ("site.set_up",)):
        said = process("care", "check", *words, stdin=json.dumps(SET_UP))
        assert (said.code, said.err) == (0, "")


WEAN = ("care", "wean", "--dose", "100 mcg/day", "--steps", "3", "--share", "20 %", "--every", "1 day")


def test_a_taper_is_the_prescriber_s_numbers_worked_out(thecal: Shell) -> None:
    """80, 64 and 51.2 mcg/day, a day apart, of a weaker fill that the pump can run; cover and checker are asked for."""
    said = thecal(*WEAN, "--concentration", "2000 mcg/mL")
    assert said.code == 3
    assert "1. at once: 80 mcg/day of 1000 mcg/mL, 0.08 mL/day; fill with 1000 mcg/mL first" in said.out
    assert "3. after 48 h 00 min: 51.2 mcg/day" in said.out
    assert "removal.oral_cover" in said.out
    assert "no suggestion of a dose" in said.out
    plain = json.loads(thecal(*WEAN, "--concentration", "2000 mcg/mL", "--json").out)
    assert [step["dose_pg_per_day"] for step in plain["steps"]] == [80_000_000, 64_000_000, 51_200_000]


def test_a_written_taper_with_cover_and_checker_asks_for_less(thecal: Shell) -> None:
    """Neither is asked for again."""
    cover = ("--oral-cover", "as in the letter of today", "--daily-checker", "Noor Haddad")
    said = thecal(*WEAN, "--concentration", "500 mcg/mL", *cover)
    assert "removal.oral_cover" not in said.out
    assert "removal.daily_check" not in said.out


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--dose", "0 mcg/day"),
        ("--dose", "100"),
        ("--steps", "0"),
        ("--steps", "101"),
        ("--share", "20"),
        ("--share", "0 %"),
        ("--share", "100 %"),
        ("--share", "-5 %"),
        ("--every", "0 h"),
        ("--every", "1"),
        ("--every", "400 days"),
    ],
)
def test_a_taper_without_a_real_number_is_refused(thecal: Shell, option: str, value: str) -> None:
    """One line that names the option; nothing is worked out."""
    words = list(WEAN)
    words[words.index(option) + 1] = value
    said = thecal(*words, "--concentration", "500 mcg/mL")
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert option in said.err


@pytest.mark.parametrize("option", ["--dose", "--steps", "--share", "--every"])
def test_none_of_the_prescriber_s_numbers_has_a_default(thecal: Shell, option: str) -> None:
    """Each has to be written."""
    words = list(WEAN)
    place = words.index(option)
    said = thecal(*words[:place], *words[place + 2 :], "--concentration", "500 mcg/mL")
    assert (said.code, said.out) == (2, "")
    assert option in said.err
