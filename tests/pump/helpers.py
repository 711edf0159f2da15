"""Programs, pumps and random modes for the pump's tests."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st
from tests.pump.oracle import volume_nl

from thecal.pump import machine
from thecal.pump.bolus import BridgeBolus, PrimingBolus, Purge, SingleBolus
from thecal.pump.commands import Commit, Stage, Update
from thecal.pump.devices import REFERENCE_20, PumpModel
from thecal.pump.infusion import (
    FlexDay,
    FlexSchedule,
    FlexStep,
    MinimumRate,
    PeriodicBolus,
    Program,
    SimpleContinuous,
    StopPump,
)
from thecal.pump.memory import Pump
from thecal.units import DAY_MS, MINUTE_MS

NEW_YEAR_MS = 1_735_689_600_000
"""2025-01-01 00:00 UTC, a Wednesday."""

RATES = st.integers(48_000, 3_000_000)


def days() -> st.SearchStrategy[FlexDay]:
    """A day of one to thirteen steps."""
    starts = st.lists(st.integers(1, DAY_MS - 1), max_size=12, unique=True)
    return st.tuples(starts, st.lists(RATES, min_size=13, max_size=13)).map(
        lambda drawn: FlexDay(
            steps=tuple(
                FlexStep(start_ms=start, rate_nl_per_day=rate)
                for start, rate in zip([0, *sorted(drawn[0])], drawn[1], strict=False)
            )
        )
    )


def periodic() -> st.SearchStrategy[PeriodicBolus]:
    """Doses at even times of day, with a basal rate or a pause between them."""
    return st.builds(
        lambda every_min, lasts, first, basal, more: PeriodicBolus(
            basal_rate_nl_per_day=basal,
            bolus_rate_nl_per_day=max(48_000, basal + more),
            lasts_ms=MINUTE_MS + lasts % ((every_min - 1) * MINUTE_MS),
            every_ms=every_min * MINUTE_MS,
            first_ms=first % (every_min * MINUTE_MS),
        ),
        every_min=st.sampled_from([90, 240, 480, 720, 1440]),
        lasts=st.integers(0, DAY_MS),
        first=st.integers(0, DAY_MS),
        basal=st.one_of(st.just(0), RATES),
        more=st.integers(1, 3_000_000),
    )


MODES = st.one_of(
    st.just(StopPump()),
    st.just(MinimumRate()),
    RATES.map(lambda rate: SimpleContinuous(rate_nl_per_day=rate)),
    st.one_of(st.lists(days(), min_size=1, max_size=1), st.lists(days(), min_size=7, max_size=7)).map(
        lambda drawn: FlexSchedule(days=tuple(drawn))
    ),
    periodic(),
)
BOLUSES = st.one_of(
    st.none(),
    st.builds(SingleBolus, volume_nl=st.integers(1, 400_000), rate_nl_per_day=RATES),
    st.builds(PrimingBolus, volume_nl=st.integers(1, 400_000), rate_nl_per_day=st.integers(48_000, 24_000_000)),
    st.builds(
        BridgeBolus, volume_nl=st.integers(1, 400_000), rate_nl_per_day=RATES, concentration_pg_per_nl=st.just(500)
    ),
    st.builds(Purge, volume_nl=st.integers(1, 50_000), rate_nl_per_day=st.integers(48_000, 24_000_000)),
)


def program(
    mode: object = None,
    *,
    concentration_pg_per_nl: int = 500,
    utc_offset_min: int = 0,
    ceiling_nl_per_day: int = 24_000_000,
) -> Program:
    """A program; 0.6 mL/day of 500 mcg/mL unless told, under a ceiling that nothing reaches."""
    return Program(
        drug="baclofen",
        concentration_pg_per_nl=concentration_pg_per_nl,
        infusion_mode=mode or SimpleContinuous(rate_nl_per_day=600_000),  # type: ignore[arg-type] # any mode, or none
        ceiling_nl_per_day=ceiling_nl_per_day,
        patient_dose=None,
        low_reservoir_alarm_nl=2_000_000,
        catheter_nl=195_800,
        tubing_nl=140_000,
        utc_offset_min=utc_offset_min,
    )


def new_pump(at_ms: int = NEW_YEAR_MS, pump_model: PumpModel = REFERENCE_20) -> Pump:
    """A pump on the shelf."""
    return machine.manufacture(serial="T-1", pump_model=pump_model, now_ms=at_ms)


def updated(pump: Pump, update: Update, transaction_id: str = "") -> Pump:
    """The pump after staging and committing; the refusal, where there is one, fails the test."""
    name = transaction_id or f"t{pump.revision}"
    staged = machine.handle(pump, Stage(transaction_id=name, onto_revision=pump.revision, update=update))
    assert isinstance(staged, Pump), staged
    committed = machine.handle(staged, Commit(transaction_id=name, digest=update.digest()))
    assert isinstance(committed, Pump), committed
    return committed


def running(mode: object = None, *, reservoir_nl: int = 20_000_000, **kwargs: int) -> Pump:
    """A pump that was filled and programmed just now."""
    return updated(new_pump(), Update(program=program(mode, **kwargs), reservoir_nl=reservoir_nl))


def ageless(pump: Pump) -> Pump:
    """The pump with a battery that no test outlives."""
    made_ms = pump.made_ms + 1_000 * 365 * DAY_MS
    return replace(pump, made_ms=made_ms, battery=replace(pump.battery, used_nj=-(10**18)))


def oracle_volume(mode: object, start_ms: int, elapsed_ms: int, offset_min: int, minimum: int) -> Fraction:
    """What a mode delivers, in exact fractions: see the oracle."""
    return volume_nl(mode, start_ms, start_ms + elapsed_ms, offset_min, minimum)  # type: ignore[arg-type] # any mode
