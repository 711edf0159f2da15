"""A refill up to the fill: every dangerous edge from both sides, and what was not looked at never counts as seen."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import CONCENTRATIONS, ML, blocks, rules

from thecal.care.refill import (
    IdentityCase,
    NeedleCase,
    VolumeCase,
    judge_identity,
    judge_needle,
    judge_volume,
)
from thecal.care.refill_label import Label, LabelCase, judge_label
from thecal.findings import Finding, Severity, Urgency

BORN, NUMBER = "1990-05-17", "R-0004"
WEAK = Label(drug="baclofen", concentration_pg_per_nl=500)
STRONG = replace(WEAK, concentration_pg_per_nl=2_000)
OTHER_DRUG = replace(WEAK, drug="morphine")
GOOD_LABEL = LabelCase(first=WEAK, second=WEAK, told=WEAK, lot="A17", expires_ms=1_000, at_ms=0)
GOOD_NEEDLE = NeedleCase(at_stop=True, aspirated=True, drawn_back=True, no_resistance=True, no_swelling=True)
SEEN = ("at_stop", "aspirated", "drawn_back", "no_resistance", "no_swelling")
LABELS = st.none() | st.builds(
    Label, drug=st.sampled_from(["baclofen", "morphine"]), concentration_pg_per_nl=st.sampled_from(CONCENTRATIONS)
)
LABEL_CASES = st.builds(
    LabelCase,
    first=LABELS,
    second=LABELS,
    told=LABELS,
    lot=st.sampled_from(["", "A17"]),
    expires_ms=st.none() | st.integers(0, 10),
    at_ms=st.integers(0, 10),
)
TRUTHS = st.sampled_from([None, True, False])
NEEDLES = st.builds(NeedleCase, **dict.fromkeys(SEEN, TRUTHS))


def identity(said_born: str, said_record_number: str) -> list[Finding]:
    """What is found of what was said, beside one record."""
    case = IdentityCase(said_born=said_born, said_record_number=said_record_number, born=BORN, record_number=NUMBER)
    return judge_identity(case)


@pytest.mark.parametrize(("born", "number"), [(BORN, NUMBER), (f" {BORN} ", "r-0004")])
def test_the_record_s_own_two_identifiers_pass(born: str, number: str) -> None:
    """Spaces and the case of letters are no difference."""
    assert identity(born, number) == []


@pytest.mark.parametrize("born", ["1990-05-15", "1990-05-16", "1990-05-18", "1990-05-19", "1909-05-17", "2090-05-17"])
@pytest.mark.parametrize("number", ["R-0003", "R-0005", "R-004", "0004", "R-00044"])
def test_two_other_identifiers_are_another_patient_and_block(born: str, number: str) -> None:
    """The next birthday and the next number as much as any: filling the wrong patient can wait."""
    assert rules(identity(born, number)) == ["refill.wrong_patient"]
    assert blocks(identity(born, number))


@pytest.mark.parametrize(("born", "number", "field"), [
    ("1990-05-18", NUMBER, "said_born"), (BORN, "R-0005", "said_record_number"),
])  # fmt: skip
def test_one_other_identifier_takes_two_people_and_blocks_nothing(born: str, number: str, field: str) -> None:
    """A slip in the record must not keep a patient from the drug."""
    (found,) = identity(born, number)
    assert (found.rule, found.severity, found.field) == ("refill.identity_differs", Severity.TWO_PEOPLE, field)


@pytest.mark.parametrize(("born", "number"), [("", ""), (BORN, ""), ("", NUMBER), ("  ", NUMBER)])
def test_an_identifier_that_nobody_asked_for_is_said_so(born: str, number: str) -> None:
    """Not asked is neither a match nor a mismatch."""
    assert [(each.rule, each.severity) for each in identity(born, number)] == [
        ("refill.identity_unasked", Severity.REASON)
    ]


def test_one_wrong_and_one_unasked_is_not_yet_another_patient() -> None:
    """Two people look, and the other is still asked for."""
    assert rules(identity("1990-05-18", "")) == ["refill.identity_differs", "refill.identity_unasked"]


def test_a_label_read_twice_in_date_and_of_the_same_drug_asks_for_nothing() -> None:
    """The routine refill takes one person."""
    assert judge_label(GOOD_LABEL) == []


@pytest.mark.parametrize(("first", "second"), [
    (WEAK, STRONG), (STRONG, WEAK), (WEAK, OTHER_DRUG), (WEAK, replace(WEAK, concentration_pg_per_nl=501)),
    (WEAK, replace(WEAK, concentration_pg_per_nl=499)), (WEAK, replace(WEAK, concentration_pg_per_nl=50)),
])  # fmt: skip
def test_two_readings_that_differ_block_until_it_is_read_again(first: Label, second: Label) -> None:
    """By one unit as by a factor; nothing is said of which of the two is right."""
    found = judge_label(replace(GOOD_LABEL, first=first, second=second))
    assert rules(found) == ["refill.label_differs"]
    assert blocks(found)
    assert not any(character.isdigit() for character in found[0].says)


@pytest.mark.parametrize(("first", "second"), [(None, None), (WEAK, None), (None, WEAK)])
def test_a_label_read_once_or_never_asks_for_a_reason(first: Label | None, second: Label | None) -> None:
    """One reading is no second one, whichever it was."""
    (found,) = judge_label(replace(GOOD_LABEL, first=first, second=second))
    assert (found.rule, found.severity) == ("refill.label_unread", Severity.REASON)


@pytest.mark.parametrize("concentration", [499, 501, 1_000, 2_000, 50])
def test_another_concentration_takes_two_people(concentration: int) -> None:
    """However near it is to what the pump was told."""
    other = replace(WEAK, concentration_pg_per_nl=concentration)
    (found,) = judge_label(replace(GOOD_LABEL, first=other, second=other))
    assert (found.rule, found.severity) == ("refill.concentration_changes", Severity.TWO_PEOPLE)


def test_another_drug_takes_two_people() -> None:
    """Whatever its concentration."""
    (found,) = judge_label(replace(GOOD_LABEL, first=OTHER_DRUG, second=OTHER_DRUG))
    assert (found.rule, found.severity) == ("refill.drug_changes", Severity.TWO_PEOPLE)


@pytest.mark.parametrize("at_ms", [0, 997, 998, 999, 1_000, 1_001, 1_002, 10**12])
def test_drug_is_in_date_until_its_expiry_and_not_from_then_on(at_ms: int) -> None:
    """The last millisecond passes; the next one takes two people and, having no source, never blocks."""
    found = judge_label(replace(GOOD_LABEL, at_ms=at_ms))
    assert rules(found) == (["refill.expired"] if at_ms >= 1_000 else [])
    assert not blocks(found)


def test_no_lot_and_no_expiry_are_said_so() -> None:
    """Each asks for a reason of its own."""
    assert rules(judge_label(replace(GOOD_LABEL, lot=" ", expires_ms=None))) == [
        "refill.lot_unknown",
        "refill.expiry_unknown",
    ]


@given(case=LABEL_CASES)
def test_a_label_blocks_only_for_two_readings_that_differ(case: LabelCase) -> None:
    """Filling waits for nothing else that a label can say."""
    differ = case.first is not None and case.second is not None and case.first != case.second
    assert blocks(judge_label(case)) == differ


@given(case=LABEL_CASES)
def test_what_is_not_known_of_a_label_is_never_taken_as_good(case: LabelCase) -> None:
    """Only a label that was read twice, with a lot and a date, passes with nothing said."""
    if not judge_label(case):
        assert None not in (case.first, case.second, case.expires_ms)
        assert case.lot


@pytest.mark.parametrize("seen", SEEN)
def test_each_needle_check_asks_when_it_is_not_as_it_should_be(seen: str) -> None:
    """Two people; and where drug may lie beside the reservoir, now."""
    (found,) = judge_needle(replace(GOOD_NEEDLE, **{seen: False}))
    before = seen in {"at_stop", "aspirated"}
    assert found.rule == ("refill.needle_not_in_port" if before else "refill.pocket_fill")
    assert found.severity is Severity.TWO_PEOPLE
    assert found.urgency is (None if before else Urgency.NOW)


@pytest.mark.parametrize("seen", SEEN)
def test_each_needle_check_that_nobody_made_asks_too(seen: str) -> None:
    """Not looked at is not seen."""
    (found,) = judge_needle(replace(GOOD_NEEDLE, **{seen: None}))
    assert (found.rule, found.severity) == ("refill.needle_unchecked", Severity.REASON)


@given(case=NEEDLES)
def test_the_needle_passes_only_where_all_five_were_seen(case: NeedleCase) -> None:
    """And never blocks: somebody who already injected must be able to write it down."""
    found = judge_needle(case)
    assert (found == []) == all(value is True for value in asdict(case).values())
    assert not blocks(found)


@given(case=NEEDLES, seen=st.sampled_from(SEEN))
def test_one_more_thing_wrong_at_the_needle_never_asks_for_less(case: NeedleCase, seen: str) -> None:
    """More danger, more asked."""
    worse = max((each.severity for each in judge_needle(replace(case, **{seen: False}))), default=Severity.NOTE)
    assert worse >= max((each.severity for each in judge_needle(case)), default=Severity.NOTE)


@pytest.mark.parametrize("capacity_nl", [20 * ML, 40 * ML])
@pytest.mark.parametrize("over_nl", [-20 * ML, -2, -1, 0, 1, 2, 20 * ML])
def test_no_more_goes_in_than_fits(capacity_nl: int, over_nl: int) -> None:
    """The whole reservoir passes; a nanolitre more is blocked, for less can be filled."""
    found = judge_volume(VolumeCase(fill_nl=capacity_nl + over_nl, capacity_nl=capacity_nl))
    assert rules(found) == (["refill.overfill"] if over_nl > 0 else [])
    assert blocks(found) == (over_nl > 0)


def test_a_volume_that_is_not_written_yet_is_not_judged() -> None:
    """It is among what is left to do."""
    assert judge_volume(VolumeCase(capacity_nl=20 * ML)) == []
