"""Whatever goes wrong with the metal, no drug appears or is lost, and it does not matter who looks, or when."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mechanism.helpers import ML, Rig, empty_by_syringe, fill_by_syringe, fluid, go, metal_of, rig_of

from thecal.flow import held_nl
from thecal.mechanism import Metal, changes_ms, clock_drift_per_million, senses
from thecal.mechanism.faults import (
    Air,
    Altitude,
    BatteryFilm,
    BitFlip,
    ClockDrift,
    ClockLost,
    Deformation,
    Fault,
    FeedThroughShort,
    FreeFlow,
    HighPressure,
    LowBatteryReset,
    MriStall,
    OverDelivery,
    Overfill,
    PocketFill,
    PowerCut,
    ReverseLeak,
    Runaway,
    SafetyValveShut,
    Stall,
    TelemetryField,
    Temperature,
    UnderDelivery,
    WrongSyringe,
)
from thecal.mechanism.metal import flow_per_mille, is_shut
from thecal.units import DAY_MS, HOUR_MS

END_MS = 12 * DAY_MS
AT = st.integers(0, END_MS)
RATES = st.integers(1, 30 * ML)
SHARES = st.integers(1, 500)


@st.composite
def spans(draw: st.DrawFn, *, ends: bool = False) -> dict[str, int | None]:
    """An onset and an end, or none."""
    start_ms, lasts_ms = draw(AT), draw(st.integers(1, 4 * DAY_MS))
    return {"start_ms": start_ms, "end_ms": start_ms + lasts_ms if ends or draw(st.booleans()) else None}


def spanned(
    kind: Callable[..., Fault], *, ends: bool = False, **sizes: st.SearchStrategy[object]
) -> st.SearchStrategy[Fault]:
    """A fault with a span."""
    made = st.tuples(spans(ends=ends), st.fixed_dictionaries(dict(sizes)))
    return made.map(lambda parts: kind(**parts[0], **parts[1]))


SENSED = st.integers(0, 3 * HOUR_MS)
FAULTS: st.SearchStrategy[Fault] = st.one_of(
    spanned(Stall, ends=True, sensed_after_ms=SENSED),
    st.builds(
        MriStall, start_ms=AT, exposure_ms=st.integers(1, DAY_MS), recovery_ms=st.integers(0, DAY_MS),
        sensed_after_ms=SENSED, recovery_sensed_after_ms=SENSED,
    ),
    spanned(FeedThroughShort, ends=True, resets=st.booleans()),
    spanned(Runaway, rate_nl_per_day=RATES),
    st.tuples(AT, st.integers(1, 9 * DAY_MS), SHARES).map(
        lambda parts: OverDelivery(start_ms=parts[0], full_ms=parts[0] + parts[1], per_mille=parts[2])
    ),
    spanned(UnderDelivery, per_mille=SHARES),
    spanned(Altitude, per_mille=SHARES),
    spanned(HighPressure, per_mille=SHARES),
    spanned(Temperature, warmer_dk=st.integers(-30, 30)),
    spanned(FreeFlow, rate_nl_per_day=RATES),
    spanned(SafetyValveShut, leak_nl=st.integers(0, 10_000)),
    spanned(ReverseLeak, ends=True, rate_nl_per_day=RATES),
    st.builds(Deformation, at_ms=AT, capacity_nl=st.integers(1, 30 * ML)),
    st.builds(PocketFill, at_ms=AT, per_mille=st.integers(1, 1_000)),
    st.builds(Air, at_ms=AT, volume_nl=st.integers(1, 5 * ML)),
    st.builds(WrongSyringe, at_ms=AT, concentration_pg_per_nl=st.none() | st.integers(1, 4_000)),
    AT.map(lambda at_ms: Overfill(at_ms=at_ms, end_ms=at_ms + 2 * DAY_MS)),
    spanned(BatteryFilm),
    spanned(PowerCut, ends=True),
    spanned(TelemetryField),
    spanned(ClockDrift, per_million=st.integers(-200, 200)),
    st.builds(LowBatteryReset, at_ms=AT),
    st.builds(ClockLost, at_ms=AT),
    st.builds(BitFlip, at_ms=AT, cell=st.integers(0, 9), bit=st.integers(0, 62)),
)  # fmt: skip
PLANS = st.lists(FAULTS, max_size=5).map(tuple)
CUTS = st.lists(AT, max_size=6).map(tuple)


@st.composite
def metals(draw: st.DrawFn) -> Metal:
    """A reservoir under a plan, part of it out of reach."""
    volume_nl = draw(st.integers(1, 20 * ML))
    made = metal_of(*draw(PLANS), undeliverable_nl=draw(st.integers(0, 2 * ML)), capacity_nl=21 * ML)
    return replace(made, reservoir=(fluid(volume_nl),))


def lived(start: Rig, rate: int, visit_ms: int, fill_nl: int, cuts: tuple[int, ...]) -> Rig:
    """Twelve days with a refill in between, where there is one."""
    seen = go(start, visit_ms, rate_nl_per_day=rate, cuts=cuts)
    seen = fill_by_syringe(empty_by_syringe(seen), fill_nl, 500)
    return go(seen, END_MS + DAY_MS, rate_nl_per_day=rate, cuts=cuts)


@settings(max_examples=400, deadline=None)
@given(
    metal=metals(),
    rate=st.integers(0, 3 * ML),
    visit_ms=st.integers(1, END_MS),
    fill_nl=st.integers(1, 20 * ML),
    cuts=CUTS,
    room_nl=st.none() | st.integers(0, 20 * ML),
)
def test_no_drug_appears_or_is_lost_and_any_cut_of_time_leaves_the_same(
    metal: Metal, rate: int, visit_ms: int, fill_nl: int, cuts: tuple[int, ...], room_nl: int | None
) -> None:
    """Drug in is drug out plus drug held, to the picogram; the records are equal, whoever looked on the way."""
    start = replace(rig_of(metal), room_nl=room_nl)
    whole = lived(start, rate, visit_ms, fill_nl, ())
    assert start.held_pg + whole.filled_pg == whole.held_pg + whole.out_pg + whole.drawn_pg + whole.pocket_pg
    assert held_nl(whole.path) == held_nl(start.path)
    assert lived(start, rate, visit_ms, fill_nl, cuts) == whole


@settings(max_examples=200, deadline=None)
@given(plan=PLANS)
def test_between_two_changes_nothing_changes(plan: tuple[Fault, ...]) -> None:
    """All that a metal shows holds from one change until the next, and a plan has a bounded number of changes."""
    metal = metal_of(*plan)
    changes = sorted({0, *changes_ms(metal), 2 * END_MS})
    assert len(changes) <= 2 + 202 * len(plan)
    for since_ms, until_ms in pairwise(changes):
        assert shown_by(metal, until_ms - 1) == shown_by(metal, since_ms)


def shown_by(metal: Metal, at_ms: int) -> tuple[object, ...]:
    """All that is asked of a metal at an instant."""
    return (
        senses(metal, at_ms),
        metal.is_stalled(at_ms),
        metal.room_nl(at_ms),
        flow_per_mille(metal, at_ms),
        is_shut(metal, at_ms),
        clock_drift_per_million(metal, at_ms),
    )
