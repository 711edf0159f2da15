"""What was implanted: depth, lots, length, and what a prime does to each pair of parts."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules

from thecal.canonical import from_plain, to_plain
from thecal.care.new_pump import (
    FirstProgramCase,
    NewPumpCase,
    judge_first_program,
    judge_new_pump,
    prime_of_new_pump,
)
from thecal.care.operation import OperationCase, judge_operation, judge_parts, prime_of, pushed_pg
from thecal.care.path import Holds
from thecal.catheter import layered, transit
from thecal.findings import Severity
from thecal.flow import Batch, Segment, Slug

DONE = OperationCase(
    booked=True,
    serial="TH-1",
    pump_lot="A1",
    catheter_lot="B2",
    catheter_total_mm=890,
    catheter_trimmed_mm=120,
    catheter_nl_per_cm=2_200,
    tubing_nl=140_000,
    tubing_holds=Holds.DRUG,
    catheter_holds=Holds.NO_DRUG,
    concentration_pg_per_nl=500,
    tip_level="T10",
    tip_seen_on_x_ray=True,
    pump_depth_mm=20,
)


def asked(**changed: object) -> list[str]:
    """The rules that speak after a change."""
    return rules(judge_operation(replace(DONE, **changed)))  # type: ignore[arg-type] # the tests hand in fields by name


@pytest.mark.parametrize("depth_mm", [0, 1, 12, 22, 23, 24, 25, 26, 27, 28, 40, 100])
def test_a_pump_deeper_than_two_and_a_half_centimetres_asks_for_two(depth_mm: int) -> None:
    """25 mm passes, 26 mm does not."""
    assert asked(pump_depth_mm=depth_mm) == (["surgery.depth"] if depth_mm > 25 else [])
    found = judge_operation(replace(DONE, pump_depth_mm=depth_mm))
    assert [each.severity for each in found] == [Severity.TWO_PEOPLE] * (depth_mm > 25)


@pytest.mark.parametrize("booked", [False, None])
def test_an_operation_that_nobody_booked_asks_for_two(booked: bool | None) -> None:
    """Nothing of what comes before was asked about; it is written down all the same."""
    found = judge_operation(replace(DONE, booked=booked))
    assert [(each.rule, each.severity) for each in found] == [("surgery.booked", Severity.TWO_PEOPLE)]


@pytest.mark.parametrize("field", ["serial", "pump_lot", "catheter_lot"])
@pytest.mark.parametrize("text", [None, "", "  "])
def test_a_missing_number_of_the_package_asks_for_a_reason(field: str, text: str | None) -> None:
    """A recall is looked up by it."""
    assert asked(**{field: text}) == ["surgery.lots"]


@pytest.mark.parametrize(
    ("total_mm", "trimmed_mm", "implanted_mm"),
    [
        (890, 120, 770), (890, 0, 890), (890, 888, 2), (890, 889, 1), (890, 890, None), (890, 891, None),
        (890, -1, None), (890, None, None), (None, 120, None), (None, None, None),
    ],
)  # fmt: skip
def test_the_implanted_length_is_the_whole_less_what_was_cut(
    total_mm: int | None, trimmed_mm: int | None, implanted_mm: int | None
) -> None:
    """Nothing left, or less than nothing, is no length; then no prime is worked out and it is asked for."""
    case = replace(DONE, catheter_total_mm=total_mm, catheter_trimmed_mm=trimmed_mm)
    assert case.implanted_mm == implanted_mm
    assert ("surgery.length" in rules(judge_operation(case))) == (implanted_mm is None)
    assert (prime_of(case) is None) == (implanted_mm is None)


@pytest.mark.parametrize(
    ("level", "seen", "expected"),
    [
        ("T10", True, []),
        ("T10", False, ["surgery.tip"]),
        ("T10", None, ["surgery.tip"]),
        ("", True, ["surgery.tip"]),
        (None, True, ["surgery.tip"]),
    ],
)
def test_the_tip_s_level_is_seen_and_not_supposed(level: str | None, seen: bool | None, expected: list[str]) -> None:
    """A level without an X-ray, or an X-ray without a level, is asked about."""
    assert asked(tip_level=level, tip_seen_on_x_ray=seen) == expected


@pytest.mark.parametrize(("tubing", "catheter"), list(product(Holds, Holds)))
def test_only_parts_recorded_as_empty_are_primed(tubing: Holds, catheter: Holds) -> None:
    """Nine pairs: the volume is that of the empty parts; one unknown part and there is no prime."""
    planned = prime_of(replace(DONE, tubing_holds=tubing, catheter_holds=catheter))
    empty_nl = 140_000 * (tubing is Holds.NO_DRUG) + 169_400 * (catheter is Holds.NO_DRUG)
    unknown = Holds.UNKNOWN in {tubing, catheter}
    assert (planned.volume_nl if planned else None) == (None if unknown or not empty_nl else empty_nl)


@pytest.mark.parametrize(("tubing", "catheter"), list(product(Holds, Holds)))
def test_the_one_pair_that_pushes_drug_is_named(tubing: Holds, catheter: Holds) -> None:
    """Empty tubing behind a full catheter, and no other known pair."""
    found = asked(tubing_holds=tubing, catheter_holds=catheter)
    if Holds.UNKNOWN in {tubing, catheter}:
        assert found == ["surgery.parts"]
    elif (tubing, catheter) == (Holds.NO_DRUG, Holds.DRUG):
        assert found == ["surgery.prime_pushes", "surgery.gap"]
    else:
        assert found == []


def test_an_unknown_part_shows_how_much_drug_may_be_there() -> None:
    """309 400 nL of 500 mcg/mL are 154.7 mcg; without the tubing 84.7; of unknown strength nobody can say."""
    both = replace(DONE, tubing_holds=Holds.UNKNOWN, catheter_holds=Holds.UNKNOWN)
    assert "154.7\u00a0mcg" in judge_parts(both)[0].says
    assert "84.7\u00a0mcg" in judge_parts(replace(both, tubing_holds=Holds.NO_DRUG))[0].says
    assert "unknown amount" in judge_parts(replace(both, concentration_pg_per_nl=None))[0].says


@given(
    primed_nl=st.integers(1, 400_000),
    catheter_nl=st.integers(1, 400_000),
    concentration=st.sampled_from([500, 1_000, 2_000]),
)
def test_what_a_prime_pushes_is_what_leaves_a_catheter_of_plugs(
    primed_nl: int, catheter_nl: int, concentration: int
) -> None:
    """The catheter's own arithmetic of slugs, which was written for other ends, gives the same mass."""
    batch = Batch(volume_nl=primed_nl, mass_pg=0)
    flowed = Segment(start_ms=0, end_ms=1_000_000, volume_nl=primed_nl)
    _, outflow = transit(
        layered(((catheter_nl, concentration),)), flowed, Slug(batch=batch, from_nl=0, to_nl=primed_nl)
    )
    left_pg = sum(delivery.mass_pg for delivery in outflow.deliveries)
    assert pushed_pg(primed_nl=primed_nl, catheter_nl=catheter_nl, concentration_pg_per_nl=concentration) == left_pg


def test_the_pushed_bolus_is_said_in_mcg() -> None:
    """0.14 mL of 2000 mcg/mL is 280 mcg, more than twice the largest screening dose."""
    case = replace(DONE, tubing_holds=Holds.NO_DRUG, catheter_holds=Holds.DRUG, concentration_pg_per_nl=2_000)
    said = judge_parts(replace(case, rate_nl_per_day=140_000))
    assert "280\u00a0mcg" in said[0].says
    assert "24\u00a0h" in said[1].says
    assert "0.14\u00a0mL of fluid without drug" in said[1].says
    assert [each.severity for each in said] == [Severity.TWO_PEOPLE, Severity.REASON]
    assert "unknown volume" in judge_parts(replace(case, tubing_nl=None))[1].says.lower()
    assert "unknown amount" in judge_parts(replace(case, concentration_pg_per_nl=None))[0].says


@pytest.mark.parametrize(
    "changed", [{"serial": None}, {"catheter_trimmed_mm": None}, {"tip_level": None}, {"catheter_holds": Holds.UNKNOWN}]
)
def test_a_gap_in_the_record_asks_for_a_reason(changed: dict[str, Holds | None]) -> None:
    """One gap, one reason; a new pump of another concentration is one too."""
    found = judge_operation(replace(DONE, **changed))  # type: ignore[arg-type] # the tests hand in fields by name
    assert [each.severity for each in found] == [Severity.REASON]
    full = NewPumpCase(operation=replace(DONE, catheter_holds=Holds.DRUG), new_concentration_pg_per_nl=2_000)
    assert [each.severity for each in judge_new_pump(full)] == [Severity.NOTE, Severity.REASON]


def test_nothing_about_an_operation_that_happened_blocks() -> None:
    """Writing down what was done is never refused."""
    assert not blocks(judge_operation(OperationCase()))
    assert not blocks(judge_new_pump(NewPumpCase(operation=OperationCase())))
    assert len(judge_operation(OperationCase())) == 5


@pytest.mark.parametrize("new", [None, 499, 500, 501, 1_000, 2_000])
@pytest.mark.parametrize("old", [None, 500])
def test_a_new_pump_on_a_full_catheter_asks_for_a_bridge_unless_nothing_changes(
    old: int | None, new: int | None
) -> None:
    """Only two known and equal concentrations need none."""
    full = replace(DONE, catheter_holds=Holds.DRUG, concentration_pg_per_nl=old)
    found = rules(judge_new_pump(NewPumpCase(operation=full, new_concentration_pg_per_nl=new)))
    assert found == ["replacement.old_drug"] + ["replacement.bridge"] * (old is None or new != old)


def test_what_is_left_in_the_catheter_is_said() -> None:
    """169 400 nL of 500 mcg/mL are 84.7 mcg; of an unknown length nobody can say."""
    full = replace(DONE, catheter_holds=Holds.DRUG)
    said = judge_new_pump(NewPumpCase(operation=full, new_concentration_pg_per_nl=500))[0].says
    assert "0.1694\u00a0mL" in said
    assert "84.7\u00a0mcg" in said
    unknown = replace(full, catheter_total_mm=None)
    assert "unknown volume" in judge_new_pump(NewPumpCase(operation=unknown, new_concentration_pg_per_nl=500))[0].says


def test_a_new_pump_primes_the_tubing_alone_with_the_new_drug() -> None:
    """The catheter stays and holds drug: the tubing's volume, the new pump's concentration, and the push is said."""
    full = replace(DONE, tubing_holds=Holds.NO_DRUG, catheter_holds=Holds.DRUG)
    case = NewPumpCase(operation=full, new_concentration_pg_per_nl=2_000)
    planned = prime_of_new_pump(case)
    assert planned is not None
    assert (planned.volume_nl, planned.concentration_pg_per_nl) == (140_000, 2_000)
    assert rules(judge_new_pump(case))[0] == "surgery.prime_pushes"
    assert prime_of_new_pump(replace(case, new_concentration_pg_per_nl=None)) is None


OLD = FirstProgramCase(
    catheter_nl=169_400,
    catheter_holds=Holds.DRUG,
    catheter_pg_per_nl=500,
    concentration_pg_per_nl=500,
    dose_pg_per_day=100_000_000,
)


@pytest.mark.parametrize("new", [None, 250, 499, 500, 501, 1_000, 2_000])
@pytest.mark.parametrize("holds", Holds)
def test_a_first_program_asks_for_two_unless_the_catheter_holds_the_same_or_nothing(
    new: int | None, holds: Holds
) -> None:
    """Not known what it holds, or of which concentration, is not the same."""
    found = judge_first_program(replace(OLD, concentration_pg_per_nl=new, catheter_holds=holds))
    expected = holds is not Holds.NO_DRUG and new != 500
    assert [each.severity for each in found] == [Severity.TWO_PEOPLE] * expected


@pytest.mark.parametrize(("old", "new", "says"), [(2_000, 500, "400 % "), (500, 2_000, "25 % "), (500, 1_000, "50 % ")])
def test_what_the_tip_gets_is_old_over_new(old: int, new: int, says: str) -> None:
    """Four times the dose, a quarter, a half: also where the volume is not known."""
    case = replace(OLD, catheter_pg_per_nl=old, concentration_pg_per_nl=new)
    assert says in judge_first_program(case)[0].says
    assert says in judge_first_program(replace(case, catheter_nl=None))[0].says


@pytest.mark.parametrize("field", ["catheter_pg_per_nl", "concentration_pg_per_nl", "dose_pg_per_day"])
def test_what_the_tip_gets_is_not_guessed(field: str) -> None:
    """One number missing and it is said."""
    case = replace(OLD, concentration_pg_per_nl=2_000)
    found = judge_first_program(replace(case, **{field: None}))  # type: ignore[arg-type] # the tests hand in fields by name
    assert "is not known" in found[0].says


@pytest.mark.parametrize("case", [OLD, DONE, OperationCase(), NewPumpCase(operation=DONE)])
def test_a_case_is_plain_data(case: FirstProgramCase | OperationCase | NewPumpCase) -> None:
    """It can be written and read back."""
    assert from_plain(type(case), to_plain(case)) == case
