"""A refill visit: what is left to do, how many entries it takes, and how it may end."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.care.helpers import blocks, rules
from tests.care.test_refill import GOOD_LABEL, GOOD_NEEDLE

from thecal.care.refill import IdentityCase, VolumeCase
from thecal.care.refill_visit import (
    ROUTINE_ENTRIES,
    EndCase,
    Place,
    RefillCase,
    Task,
    count_entries,
    judge_end,
    may_show_expected,
    not_yet_done,
)

GOOD_END = EndCase(
    emptied=True, filled=True, told=True, running=True, booked_ms=1_000, book_by_ms=1_000, place=Place.CLINIC
)
ROUTINE = RefillCase(
    read=True,
    withdrawn_nl=2_000_000,
    identity=IdentityCase(
        said_born="1990-05-17", said_record_number="R-0004", born="1990-05-17", record_number="R-0004"
    ),
    label=GOOD_LABEL,
    needle=GOOD_NEEDLE,
    volume=VolumeCase(fill_nl=20_000_000, capacity_nl=20_000_000),
    end=GOOD_END,
)
"""Everything done."""


def test_a_routine_refill_takes_at_most_twelve_entries() -> None:
    """Counted with everything entered, and the limit is the twelve of the rule book."""
    assert ROUTINE_ENTRIES.whole() == 12
    assert count_entries(ROUTINE) <= ROUTINE_ENTRIES.whole()
    assert count_entries(RefillCase()) == 0


def test_nothing_is_left_when_everything_was_done() -> None:
    """And everything is, before anything was."""
    assert not_yet_done(ROUTINE) == ()
    assert not_yet_done(RefillCase()) == tuple(Task)


UNDONE = {
    Task.READ: replace(ROUTINE, read=False),
    Task.IDENTITY: replace(ROUTINE, identity=replace(ROUTINE.identity, said_born="")),
    Task.LABEL: replace(ROUTINE, label=replace(GOOD_LABEL, first=None)),
    Task.LOT: replace(ROUTINE, label=replace(GOOD_LABEL, lot="")),
    Task.LABEL_AGAIN: replace(ROUTINE, label=replace(GOOD_LABEL, second=None)),
    Task.RESIDUAL: replace(ROUTINE, withdrawn_nl=None),
    Task.NEEDLE: replace(ROUTINE, needle=replace(GOOD_NEEDLE, at_stop=None)),
    Task.DRAW_BACK: replace(ROUTINE, needle=replace(GOOD_NEEDLE, drawn_back=None)),
    Task.FILL: replace(ROUTINE, end=replace(GOOD_END, filled=False)),
    Task.RUNNING: replace(ROUTINE, end=replace(GOOD_END, running=None)),
    Task.BOOK: replace(ROUTINE, end=replace(GOOD_END, booked_ms=None)),
}


@pytest.mark.parametrize("task", UNDONE)
def test_one_thing_left_undone_is_named(task: Task) -> None:
    """It, and nothing else."""
    assert not_yet_done(UNDONE[task]) == (task,)


def test_a_pump_that_was_not_told_is_not_verified_either() -> None:
    """What ran before the update says nothing of what runs after it."""
    assert not_yet_done(replace(ROUTINE, end=replace(GOOD_END, told=False))) == (Task.TELL, Task.RUNNING)


def test_a_residual_of_nothing_is_a_residual() -> None:
    """Zero was read; only then may the expected one be seen."""
    assert Task.RESIDUAL not in not_yet_done(replace(ROUTINE, withdrawn_nl=0))
    assert may_show_expected(0)
    assert not may_show_expected(None)


@pytest.mark.parametrize("case", [replace(GOOD_END, filled=False), replace(GOOD_END, told=False)])
def test_a_visit_ends_neither_emptied_nor_untold(case: EndCase) -> None:
    """Both can be mended here and now, and both end in withdrawal or overdose where they are not."""
    assert blocks(judge_end(case))


@pytest.mark.parametrize("late_ms", [-(10**9), -2, -1, 0, 1, 2, 10**9])
def test_the_next_refill_is_booked_by_the_book_by_date(late_ms: int) -> None:
    """On the date passes; a millisecond later wants a reason."""
    found = rules(judge_end(replace(GOOD_END, booked_ms=1_000 + late_ms)))
    assert found == (["refill.booked_late"] if late_ms > 0 else [])


def test_no_booking_wants_a_reason_and_a_reason_is_enough() -> None:
    """Blank words are none."""
    assert rules(judge_end(replace(GOOD_END, booked_ms=None))) == ["refill.not_booked"]
    assert rules(judge_end(replace(GOOD_END, booked_ms=None, booking_why=" "))) == ["refill.not_booked"]
    assert judge_end(replace(GOOD_END, booked_ms=None, booking_why="Pump is removed next week.")) == []


@pytest.mark.parametrize("running", [None, False])
def test_a_pump_that_is_not_seen_to_run_wants_a_reason(running: bool | None) -> None:
    """Not read after the update is not running."""
    assert rules(judge_end(replace(GOOD_END, running=running))) == ["refill.not_running"]
    assert judge_end(replace(GOOD_END, running=running, left_stopped_why="Removed tomorrow.")) == []


def test_a_refill_at_home_leaves_the_follow_up_due() -> None:
    """A note that stops nothing."""
    assert rules(judge_end(replace(GOOD_END, place=Place.HOME))) == ["refill.at_home"]
    assert not blocks(judge_end(replace(GOOD_END, place=Place.HOME)))


ENDS = st.builds(
    EndCase,
    emptied=st.booleans(),
    filled=st.booleans(),
    told=st.booleans(),
    running=st.sampled_from([None, True, False]),
    booked_ms=st.none() | st.integers(0, 5),
    book_by_ms=st.none() | st.integers(0, 5),
    place=st.sampled_from([None, Place.CLINIC, Place.HOME]),
)


@given(case=ENDS)
def test_a_visit_without_a_refill_is_let_end(case: EndCase) -> None:
    """These rules are about an opened reservoir, and only that may block."""
    opened = case.emptied or case.filled
    assert opened or judge_end(case) == []
    assert blocks(judge_end(case)) == (opened and not (case.filled and case.told))
