"""What holds for every review: lowering, filling, stopping and restoring go through, and a bridge keeps the dose."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programmer.reviews import (
    ASPIRATED,
    CHANGE,
    MADE_MS,
    MCG,
    ML,
    new_pump,
    order,
    reviewed,
    running,
    stopped,
    updated,
)

from thecal.care.bridge import BridgeDecision, UseBridge
from thecal.care.residual import Discrepancy
from thecal.care.titration import Origin, Phase
from thecal.programmer.prescription import program_for
from thecal.programmer.review import Circumstances, LastFill, Refill, Verdict
from thecal.pump.commands import Update
from thecal.pump.infusion import MinimumRate, StopPump
from thecal.pump.machine import advance
from thecal.units import DAY_MS

DECISIONS: st.SearchStrategy[BridgeDecision | None] = st.sampled_from([None, UseBridge(), ASPIRATED])
EARLIER = Discrepancy(expected_nl=5 * ML, withdrawn_nl=8 * ML, programmed_nl=15 * ML)
UNKNOWNS = st.builds(
    Circumstances,
    origin=st.none() | st.sampled_from(Origin),
    age_years=st.none() | st.integers(0, 99),
    phase=st.none() | st.sampled_from(Phase),
    since_start_ms=st.none() | st.integers(0, 90 * DAY_MS),
    since_arrival_ms=st.none() | st.integers(-9 * DAY_MS, 90 * DAY_MS),
    catheter_length_mm=st.none() | st.integers(300, 1_100),
    refill=st.none()
    | st.builds(
        Refill,
        filled_nl=st.integers(1 * ML, 20 * ML),
        withdrawn_nl=st.none() | st.integers(0, 20 * ML),
        found_nl=st.none() | st.integers(0, 20 * ML),
    ),
    last_fill=st.none() | st.just(LastFill(at_ms=MADE_MS, filled_nl=20 * ML)),
    earlier=st.none() | st.just(EARLIER),
    bridge=DECISIONS,
)
RUNNING = running()


@settings(max_examples=60)
@given(circumstances=UNKNOWNS, mcg=st.integers(24, 300))
def test_a_lowering_or_a_fill_that_the_pump_can_run_is_never_blocked(circumstances: Circumstances, mcg: int) -> None:
    """Whatever is known or unknown, the same dose or less, of the same drug, is never blocked."""
    done = reviewed(RUNNING, order(mcg), circumstances)
    assert done.verdict is not Verdict.BLOCKED, done.findings


@settings(max_examples=30)
@given(circumstances=UNKNOWNS, concentration=st.sampled_from([500, 1_000, 2_000]))
def test_stopping_is_never_blocked(circumstances: Circumstances, concentration: int) -> None:
    """A stop and the minimum rate go through, even with a new drug in the reservoir and nothing decided."""
    for way in (StopPump(), MinimumRate()):
        assert (
            reviewed(RUNNING, order(concentration=concentration, dosing=way), circumstances).verdict
            is not Verdict.BLOCKED
        )


@settings(max_examples=30)
@given(circumstances=UNKNOWNS, days=st.integers(0, 30), mcg=st.integers(24, 300))
def test_restoring_is_never_blocked(circumstances: Circumstances, days: int, mcg: int) -> None:
    """After a stop of any length, delivery of the same drug up to the dose before can always be restored."""
    pump = stopped(RUNNING)
    pump = advance(pump, pump.now_ms + days * DAY_MS)[0]
    assert reviewed(pump, order(mcg), circumstances).verdict is not Verdict.BLOCKED


@settings(max_examples=40)
@given(
    mcg=st.integers(60, 900),
    old=st.sampled_from([500, 1_000]),
    new=st.sampled_from([500, 1_000, 2_000]),
    mm=st.integers(200, 1_100),
)
def test_a_bridge_keeps_the_dose_at_the_tip(mcg: int, old: int, new: int, mm: int) -> None:
    """With a bridge and the same order, the tip never leaves the old dose by more than the pump's rounding."""
    if mcg * MCG < 48_000 * max(old, new):
        return
    pump = updated(
        new_pump(),
        Update(
            program=program_for(order(mcg, concentration=old), tubing_nl=140_000, catheter_nl=220 * mm),
            reservoir_nl=20 * ML,
        ),
    )
    done = reviewed(pump, order(mcg, concentration=new), replace(CHANGE, catheter_length_mm=mm, bridge=UseBridge()))
    assert done.picture is not None
    assert done.picture.at_tip is not None
    assert all(abs(stretch.dose_pg_per_day - mcg * MCG) <= 3_000 for stretch in done.picture.at_tip)
