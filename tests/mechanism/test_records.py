"""Every line of a plan is a record that can be written and read, and says when it is wrong."""

import json
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given, settings
from tests.mechanism.helpers import fluid
from tests.mechanism.test_laws import PLANS, metals

from thecal.canonical import canonical_json, from_plain, to_plain
from thecal.errors import TheirFault
from thecal.mechanism import Metal
from thecal.mechanism.faults import (
    Air,
    Altitude,
    BitFlip,
    ClockDrift,
    Deformation,
    Fault,
    FreeFlow,
    HighPressure,
    MriStall,
    OverDelivery,
    Overfill,
    PocketFill,
    ReverseLeak,
    Runaway,
    SafetyValveShut,
    Stall,
    UnderDelivery,
    WrongSyringe,
)


@settings(max_examples=80, deadline=None)
@given(metal=metals(), plan=PLANS)
def test_a_metal_comes_back_from_its_file(metal: Metal, plan: tuple[Fault, ...]) -> None:
    """The very same, plan and all."""
    assert from_plain(Metal, json.loads(canonical_json(to_plain(metal)))) == metal
    assert [from_plain(type(fault), to_plain(fault)) for fault in plan] == list(plan)


WRONG: list[tuple[Callable[[], Fault], str]] = [
    (lambda: Stall(start_ms=5, end_ms=5), "lasts"),
    (lambda: Stall(start_ms=5, sensed_after_ms=-1), "before it happens"),
    (lambda: MriStall(start_ms=0, exposure_ms=0), "lasts"),
    (lambda: MriStall(start_ms=0, exposure_ms=1, sensed_after_ms=-1), "before it happens"),
    (lambda: MriStall(start_ms=0, exposure_ms=1, recovery_sensed_after_ms=-1), "before it happens"),
    (lambda: Runaway(start_ms=0, rate_nl_per_day=0), "moves fluid"),
    (lambda: OverDelivery(start_ms=5, full_ms=5, per_mille=1), "lasts"),
    (lambda: OverDelivery(start_ms=0, full_ms=5, per_mille=501), "half as much again"),
    (lambda: OverDelivery(start_ms=0, full_ms=5, per_mille=0), "half as much again"),
    (lambda: UnderDelivery(start_ms=0, per_mille=1_001), "no more can be missing"),
    (lambda: HighPressure(start_ms=0, per_mille=0), "no more can be missing"),
    (lambda: Altitude(start_ms=0, per_mille=0), "raises the flow"),
    (lambda: Deformation(at_ms=0, capacity_nl=0), "holds something"),
    (lambda: PocketFill(at_ms=0, per_mille=1_001), "no more can miss"),
    (lambda: PocketFill(at_ms=0, per_mille=0), "no more can miss"),
    (lambda: Air(at_ms=0, volume_nl=0), "has a volume"),
    (lambda: WrongSyringe(at_ms=0, concentration_pg_per_nl=0), "another drug"),
    (lambda: Overfill(at_ms=0, end_ms=1, over_nl=0), "more than the capacity"),
    (lambda: Overfill(at_ms=0, end_ms=1, per_mille=-1), "slows nothing"),
    (lambda: BitFlip(at_ms=0, cell=-1, bit=0), "from zero"),
    (lambda: BitFlip(at_ms=0, cell=0, bit=-1), "from zero"),
]


@pytest.mark.parametrize(("wrong", "says"), WRONG)
def test_a_fault_that_cannot_be_is_refused(wrong: Callable[[], Fault], says: str) -> None:
    """With a sentence that says why."""
    with pytest.raises(AssertionError, match=says):
        wrong()


SMALLEST: list[Fault] = [
    Stall(start_ms=5, end_ms=6, sensed_after_ms=0),
    MriStall(start_ms=0, exposure_ms=1, recovery_ms=0, sensed_after_ms=0, recovery_sensed_after_ms=0),
    Runaway(start_ms=0, rate_nl_per_day=1),
    OverDelivery(start_ms=5, full_ms=6, per_mille=1),
    OverDelivery(start_ms=5, full_ms=6, per_mille=500),
    UnderDelivery(start_ms=0, per_mille=1),
    UnderDelivery(start_ms=0, per_mille=1_000),
    Altitude(start_ms=0, per_mille=1),
    FreeFlow(start_ms=0, rate_nl_per_day=1),
    SafetyValveShut(start_ms=0, leak_nl=0),
    SafetyValveShut(start_ms=0, leak_nl=10_000),
    ReverseLeak(start_ms=0, end_ms=1, rate_nl_per_day=1),
    Deformation(at_ms=0, capacity_nl=1),
    PocketFill(at_ms=0, per_mille=1),
    Air(at_ms=0, volume_nl=1),
    WrongSyringe(at_ms=0, concentration_pg_per_nl=1),
    Overfill(at_ms=0, end_ms=1, over_nl=1, per_mille=0),
    ClockDrift(start_ms=0, per_million=-999_999),
    BitFlip(at_ms=0, cell=0, bit=0),
]


def test_the_smallest_and_the_largest_fault_that_can_be_is_taken() -> None:
    """Each at the very edge of what is refused; and there are 24 kinds of them."""
    assert [from_plain(type(fault), to_plain(fault)) for fault in SMALLEST] == SMALLEST
    assert len(set(get_args(Fault))) == 24


def test_a_plan_file_that_cannot_be_is_its_writer_s_fault() -> None:
    """Whoever wrote it reads where and why."""
    plain = to_plain(PocketFill(at_ms=0))
    with pytest.raises(TheirFault, match="no more can miss"):
        from_plain(PocketFill, {**plain, "per_mille": 0})


def test_a_metal_that_cannot_be_is_refused() -> None:
    """Its carry is less than a nanolitre, and its reservoir is one fluid."""
    with pytest.raises(AssertionError, match="remainder"):
        Metal(carry_pl=1_000)
    with pytest.raises(AssertionError, match="well mixed"):
        Metal(reservoir=(fluid(1), fluid(1)))
