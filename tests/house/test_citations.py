"""Every number, hazard, vector and decision that is named leads a reader somewhere: to a page, or to a plain word."""

import json
import re

import pytest
from tests.house.numbers import FIRST, PAGE, introduction, numbers, written
from tests.house.source import ROOT, modules, texts
from tests.house.test_docs import table_rows

from thecal.sources import COMPUTED, GRADES, OWN_CHOICE, UNREAD

LEADS = re.compile(
    r"\b(19|20)\d\d\b|\b10\.\d{4,}/\S|\b(PubMed|PMID) \d{5,}|\bPMC\d{5,}"
    r"|\b[\w-]{3,}\.(com|org|net|gov|edu|life|tips|[a-z]{2})\b"
)
NOWHERE = re.compile(
    r"\b(device|clinical|science|safety)\." + r"md\b|\b(H" + r"Z|I|K|W|R)-\d\d\b|\bdesigns? " + r"D\d|\(D" + r"\d+\)"
)


def leads(source: str) -> bool:
    """Whether a reader can follow it, or is told that there is nothing to follow."""
    return source.startswith((UNREAD, OWN_CHOICE, f"{COMPUTED}: ")) or LEADS.search(source) is not None


def test_every_number_has_a_unit_a_grade_and_a_source_that_leads_somewhere() -> None:
    """A year, an address, a number of a paper, or one of the three words; and one name has one value."""
    found = numbers()
    assert len(found) > 100
    assert [
        str(number) for number in found if not (leads(number.source) and number.unit and number.grade in GRADES)
    ] == []
    values = {number.name: number.value for number in found}
    assert [str(number) for number in found if values[number.name] != number.value] == []


def test_a_grade_is_no_better_than_its_source() -> None:
    """What nobody wrote down is assumed, and only that is; what is computed is derived."""
    for number in numbers():
        assert (number.grade == "assumed") == number.source.startswith((UNREAD, OWN_CHOICE)), number
        assert number.grade == "derived" or not number.source.startswith(COMPUTED), number


@pytest.mark.parametrize(
    "source",
    ["Maino 2017", "doi 10.1111/ner.12388", "PubMed 38043050", "drugs.com/ppa", UNREAD, OWN_CHOICE, "computed: π r²"],
)
def test_a_source_that_leads_somewhere_is_taken(source: str) -> None:
    """One of each kind."""
    assert leads(source)


@pytest.mark.parametrize(
    "source", ["", "somewhere", "a choice", "the maker's page", "computed", "e.g. 24 h", "section 1.1"]
)
def test_a_source_that_leads_nowhere_is_not(source: str) -> None:
    """A word is no birthplace."""
    assert not leads(source)


def test_the_page_of_sources_is_written_from_the_code() -> None:
    """`python -m tests.house.numbers` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == f"{introduction()}\n\n{written()}\n", "run python -m tests.house.numbers"


def test_every_page_with_a_long_address_is_named_somewhere() -> None:
    """The short names are those of the sources and of the comments, and each has an address."""
    named = "\n".join([written().split(FIRST)[1], *(found.text for found in modules())])
    rows = table_rows(introduction() + "\n\n", "named as")
    assert len(rows) > 20
    assert [name for name, address in rows if name not in named or not LEADS.search(address)] == []


def test_nothing_names_a_page_or_an_id_that_is_not_here() -> None:
    """A reader has this repository and the published world, and nothing else."""
    assert [(path, found.group()) for path, text in texts() for found in NOWHERE.finditer(text)] == []


def test_every_hazard_vector_and_decision_that_is_named_is_defined() -> None:
    """Hazards in docs/safety, vectors in tests/golden, decisions in docs/decisions."""
    hazards = {each["id"] for each in json.loads((ROOT / "docs/safety/hazards.json").read_text("utf-8"))["hazards"]}
    golden = (ROOT / "tests/golden/test_device_vectors.py").read_text("utf-8")
    decisions = {path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")}
    for path, text in texts():
        assert set(re.findall(r"\bH-\d\d\b", text)) <= hazards, path
        assert set(re.findall(r"\bTV-D?\d\d\b", text)) <= set(re.findall(r"\bTV-D?\d\d\b", golden)), path
        assert set(re.findall(r"\bdecision (\d{4})\b", text)) <= decisions, path
