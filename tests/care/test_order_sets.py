"""Order sets: what is signed has bounds, and what a nurse changes beyond them takes a prescriber."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import MCG, around, blocks, rules

from thecal.care import order_cover, order_sets
from thecal.care.order_cover import ChangeCase, judge_change
from thecal.care.order_sets import OrderSet, SigningCase, judge_signing
from thecal.care.titration import Origin, Phase
from thecal.findings import Finding, Severity
from thecal.units import DAY_MS, HOUR_MS

ORDER = OrderSet(
    patient="P-7", lowest_pg_per_day=200 * MCG, highest_pg_per_day=400 * MCG, largest_step_per_mille=150,
    shortest_interval_ms=2 * DAY_MS, steps=4, signed_ms=10 * DAY_MS, expires_ms=70 * DAY_MS, by_prescriber=True,
)  # fmt: skip
CHANGE = ChangeCase(
    order=ORDER, patient="P-7", at_ms=20 * DAY_MS, old_pg_per_day=300 * MCG, new_pg_per_day=330 * MCG, steps_made=1,
    since_change_ms=3 * DAY_MS,
)  # fmt: skip
SIGNING = SigningCase(
    lowest_pg_per_day=200 * MCG, highest_pg_per_day=400 * MCG, largest_step_per_mille=300,
    shortest_interval_ms=DAY_MS, steps=4, signed_ms=10 * DAY_MS, expires_ms=70 * DAY_MS, origin=Origin.SPINAL,
    age_years=40, phase=Phase.TITRATION,
)  # fmt: skip
BOUNDS = ("lowest_pg_per_day", "highest_pg_per_day", "largest_step_per_mille", "shortest_interval_ms", "steps",
          "signed_ms", "expires_ms")  # fmt: skip


def judged(**change: Any) -> list[Finding]:
    """A covered change, but for what is named."""
    return judge_change(replace(CHANGE, **change))


def signed(**change: Any) -> list[Finding]:
    """An order set that may be signed, but for what is named."""
    return judge_signing(replace(SIGNING, **change))


def test_a_step_within_the_bounds_is_covered() -> None:
    """Same patient, in time, small enough, late enough, and not one too many: nothing is asked."""
    assert judged() == []
    assert signed() == []


@pytest.mark.parametrize("at_ms", around(70 * DAY_MS))
def test_it_covers_nothing_from_the_moment_it_expires(at_ms: int) -> None:
    """A millisecond before is covered, the moment itself is not."""
    inside = 10 * DAY_MS <= at_ms < 70 * DAY_MS
    assert rules(judged(at_ms=at_ms)) == ([] if inside else ["order.expired"])


@pytest.mark.parametrize("at_ms", around(10 * DAY_MS))
def test_it_covers_nothing_before_it_is_signed(at_ms: int) -> None:
    """From the moment of signing on."""
    inside = 10 * DAY_MS <= at_ms < 70 * DAY_MS
    assert rules(judged(at_ms=at_ms)) == ([] if inside else ["order.expired"])


@pytest.mark.parametrize("patient", ["", "P-8", "p-7", "P-7 ", "P-77"])
def test_it_covers_no_other_patient(patient: str) -> None:
    """However much alike the records are named."""
    assert rules(judged(patient=patient)) == ["order.other_patient"]


@pytest.mark.parametrize("by_prescriber", [False, None])
def test_it_covers_nothing_that_no_prescriber_signed(by_prescriber: bool | None) -> None:
    """A nurse's signature, or one of unknown hand, is none."""
    assert rules(judged(order=replace(ORDER, by_prescriber=by_prescriber))) == ["order.unsigned"]


@pytest.mark.parametrize("new", around(400 * MCG))
def test_the_highest_dose_is_covered_and_no_more(new: int) -> None:
    """To the picogram."""
    found = rules(
        judged(old_pg_per_day=390 * MCG, new_pg_per_day=new, order=replace(ORDER, largest_step_per_mille=999))
    )
    assert ("order.outside" in found) == (new > 400 * MCG)


@pytest.mark.parametrize("new", [199 * MCG, 200 * MCG - 1, 200 * MCG, 200 * MCG + 1, 201 * MCG])
def test_the_lowest_dose_is_covered_and_no_less(new: int) -> None:
    """A larger lowering than the label's share is judged by the order set; a smaller one is free."""
    found = judged(old_pg_per_day=300 * MCG, new_pg_per_day=new, order=replace(ORDER, largest_step_per_mille=999))
    assert rules(found) == (["order.outside"] if new < 200 * MCG else [])


@pytest.mark.parametrize("tenths", [*range(140, 161), 300, 999])
def test_the_largest_step_is_covered_and_no_larger(tenths: int) -> None:
    """15 % of 300 mcg/day is 345; a tenth of a per cent more takes a prescriber."""
    found = rules(judged(new_pg_per_day=300 * MCG + 300 * MCG * tenths // 1_000))
    assert ("order.step" in found) == (tenths > 150)


def test_the_pump_s_rounding_is_no_larger_step() -> None:
    """A step of exactly 15 % from a dose that the pump rounded down is still covered."""
    assert judged(old_pg_per_day=300 * MCG - 15_000, new_pg_per_day=345 * MCG) == []


@pytest.mark.parametrize("since_ms", [*around(2 * DAY_MS), 0, None])
def test_the_shortest_interval_is_waited_for(since_ms: int | None) -> None:
    """A millisecond less is not covered, and an unknown time is never long enough."""
    enough = since_ms is not None and since_ms >= 2 * DAY_MS
    assert rules(judged(since_change_ms=since_ms)) == ([] if enough else ["order.interval"])


@pytest.mark.parametrize("made", [0, 1, 2, 3, 4, 5, 40, None])
def test_only_as_many_steps_as_it_says_are_covered(made: int | None) -> None:
    """The fourth of four is, the fifth is not, and an unknown number is none."""
    assert rules(judged(steps_made=made)) == ([] if made is not None and made < 4 else ["order.used_up"])


@pytest.mark.parametrize("new", [1, 200 * MCG, 300 * MCG, 330 * MCG])
def test_it_never_covers_another_drug_or_concentration(new: int) -> None:
    """Not even at the same dose, or a lower one."""
    assert rules(judged(changes_drug=True, new_pg_per_day=new)) == ["order.other_drug"]


@pytest.mark.parametrize("new", [1, 200 * MCG, 300 * MCG])
def test_it_never_covers_a_start_or_a_restart(new: int) -> None:
    """From nothing there are no steps."""
    assert rules(judged(old_pg_per_day=0, new_pg_per_day=new)) == ["order.first_dose"]


NOTHING_TO_GO_BY: dict[str, Any] = {"order": None, "patient": "", "steps_made": None, "since_change_ms": None}


@pytest.mark.parametrize("tenths", [*range(0, 211, 5), 199, 201, 202])
def test_a_lowering_within_a_fifth_is_always_allowed(tenths: int) -> None:
    """With no order set at all; beyond a fifth one is asked for."""
    new = 300 * MCG - 300 * MCG * tenths // 1_000
    assert rules(judged(new_pg_per_day=new, **NOTHING_TO_GO_BY)) == ([] if tenths <= 200 else ["order.none"])


@pytest.mark.parametrize("old", [0, 1, 300 * MCG, 2_000 * MCG])
@pytest.mark.parametrize("changes_drug", [True, False])
def test_stopping_is_always_allowed(old: int, changes_drug: bool) -> None:
    """Whatever runs, whatever is known."""
    assert judged(old_pg_per_day=old, new_pg_per_day=0, changes_drug=changes_drug, **NOTHING_TO_GO_BY) == []


@pytest.mark.parametrize("more_pg", [-3, -2, -1, 0, 1, 2, 3, 29_999, 30_000, 30_001, 30_002, 3 * MCG])
def test_the_same_dose_again_asks_for_nothing(more_pg: int) -> None:
    """The pump's whole nanolitres are no change of dose; anything above them is."""
    found = rules(judged(new_pg_per_day=300 * MCG + more_pg, **NOTHING_TO_GO_BY))
    assert found == ([] if more_pg <= 30_000 else ["order.none"])


@given(
    old=st.integers(0, 2_000 * MCG),
    new=st.integers(0, 2_000 * MCG),
    at_ms=st.integers(0, 100 * DAY_MS),
    made=st.none() | st.integers(0, 9),
    since=st.none() | st.integers(0, 9 * DAY_MS),
    drug=st.booleans(),
)
def test_nothing_is_ever_blocked_and_no_order_set_asks_for_more(
    old: int, new: int, at_ms: int, made: int | None, since: int | None, drug: bool
) -> None:
    """Beyond an order set a prescriber is asked for; and whoever has none is asked wherever somebody with one is."""
    case = replace(
        CHANGE, old_pg_per_day=old, new_pg_per_day=new, at_ms=at_ms, steps_made=made, since_change_ms=since,
        changes_drug=drug,
    )  # fmt: skip
    found = judge_change(case)
    assert not blocks(found)
    assert {each.severity for each in found} <= {Severity.TWO_PEOPLE}
    assert judge_change(replace(case, order=None)) or not found


@pytest.mark.parametrize("name", BOUNDS)
def test_no_bound_may_be_left_out(name: str) -> None:
    """Each of the seven is asked for, and none has a default."""
    found = signed(**{name: None})
    assert blocks(found)
    assert [each.field for each in found if each.severity is Severity.BLOCK] == [name]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lowest_pg_per_day": 400 * MCG + 1}, "highest_pg_per_day"),
        ({"lowest_pg_per_day": 0}, "lowest_pg_per_day"),
        ({"largest_step_per_mille": 0}, "largest_step_per_mille"),
        ({"steps": 0}, "steps"),
        ({"expires_ms": 10 * DAY_MS}, "expires_ms"),
        ({"expires_ms": 10 * DAY_MS - 1}, "expires_ms"),
    ],
)
def test_bounds_that_leave_no_room_are_not_signed(change: dict[str, Any], field: str) -> None:
    """They cross, or bound nothing."""
    found = signed(**change)
    assert (rules(found), [each.field for each in found], blocks(found)) == (["order.contradicts"], [field], True)


@pytest.mark.parametrize("lasts_ms", around(90 * DAY_MS))
def test_an_order_set_expires_within_ninety_days_or_two_people_say_why(lasts_ms: int) -> None:
    """To the millisecond; the limit is our own, so it does not block."""
    found = signed(expires_ms=10 * DAY_MS + lasts_ms)
    assert rules(found) == (["order.lasts_long"] if lasts_ms > 90 * DAY_MS else [])
    assert not blocks(found)


@pytest.mark.parametrize("interval_ms", around(DAY_MS))
def test_steps_within_24_hours_take_two_people(interval_ms: int) -> None:
    """The label's interval, to the millisecond."""
    assert rules(signed(shortest_interval_ms=interval_ms)) == (["order.step_soon"] if interval_ms < DAY_MS else [])


@pytest.mark.parametrize(
    ("origin", "age", "phase", "most"),
    [
        (Origin.SPINAL, 40, Phase.TITRATION, 300),
        (Origin.CEREBRAL, 40, Phase.TITRATION, 150),
        (Origin.SPINAL, 17, Phase.TITRATION, 150),
        (Origin.SPINAL, 40, Phase.MAINTENANCE, 400),
        (None, 40, None, 150),
        (None, None, None, 150),
    ],
)
def test_steps_beyond_the_label_take_two_people(
    origin: Origin | None, age: int | None, phase: Phase | None, most: int
) -> None:
    """By origin, age and phase; what is not known takes the stricter."""
    for step in (most - 2, most - 1, most, most + 1, most + 2, 2 * most):
        found = signed(origin=origin, age_years=age, phase=phase, largest_step_per_mille=step)
        assert rules(found) == (["order.step_large"] if step > most else []), step


@pytest.mark.parametrize("highest", around(1_000 * MCG))
def test_a_high_dose_is_noted(highest: int) -> None:
    """Above 1000 mcg/day there is little experience."""
    found = [each for each in signed(highest_pg_per_day=highest) if each.rule == "order.reaches_high"]
    assert [each.severity for each in found] == ([Severity.NOTE] if highest > 1_000 * MCG else [])


def test_the_words_say_the_numbers() -> None:
    """Doses, share and time, and whom to ask."""
    (found,) = judged(since_change_ms=36 * HOUR_MS)
    assert "36 h" in found.says.replace("\u00a0", " ")
    assert "prescriber" in found.remedy


def test_everything_beyond_an_order_set_asks_for_a_prescriber_as_second_person() -> None:
    """Ten ways to be beyond it, and none asks for less or blocks."""
    assert {rule.severity for rule in order_cover.RULES} == {Severity.TWO_PEOPLE}
    assert len(order_cover.RULES) == 10


def test_what_signing_asks_for() -> None:
    """Bounds that are missing or cross wait; what the label or our own limit says against takes two."""
    assert {rule.name: rule.severity for rule in order_sets.RULES} == {
        "order.incomplete": Severity.BLOCK,
        "order.contradicts": Severity.BLOCK,
        "order.lasts_long": Severity.TWO_PEOPLE,
        "order.step_large": Severity.TWO_PEOPLE,
        "order.step_soon": Severity.TWO_PEOPLE,
        "order.reaches_high": Severity.NOTE,
    }


def test_the_narrowest_order_set_may_be_signed() -> None:
    """One dose, one step, a tenth of a per cent, a millisecond."""
    assert signed(lowest_pg_per_day=400 * MCG, steps=1, largest_step_per_mille=1) == []
    assert signed(expires_ms=10 * DAY_MS + 1) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"at_ms": 70 * DAY_MS}, "expired"),
        ({"at_ms": 9 * DAY_MS}, "later time"),
        ({"steps_made": None}, "not known"),
        ({"steps_made": 4}, "All 4 steps"),
        ({"since_change_ms": None}, "not known"),
    ],
)
def test_the_words_tell_which_it_is(change: dict[str, Any], words: str) -> None:
    """Over or not yet begun, used up or not counted."""
    (found,) = judged(**change)
    assert words in found.says
