"""A draft begins as the program that was read, and means exactly that until somebody types."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pump.helpers import days

from thecal.clinic.draft import Draft
from thecal.programmer.prescription import ceiling_nl_per_day, program_for
from thecal.pump.infusion import (
    FlexDay,
    FlexSchedule,
    FlexStep,
    InfusionMode,
    MinimumRate,
    Program,
    SimpleContinuous,
    StopPump,
)
from thecal.units import MINUTE_MS

CONCENTRATIONS = st.sampled_from([500, 1_000, 2_000, 3_000])
MODES: st.SearchStrategy[InfusionMode] = st.one_of(
    st.just(StopPump()),
    st.just(MinimumRate()),
    st.integers(48_000, 24_000_000).map(lambda rate: SimpleContinuous(rate_nl_per_day=rate)),
    st.lists(days(), min_size=1, max_size=1).map(lambda drawn: FlexSchedule(days=tuple(drawn))),
    st.lists(days(), min_size=7, max_size=7).map(lambda drawn: FlexSchedule(days=tuple(drawn))),
)


def on_full_minutes(day: FlexDay) -> FlexDay:
    """The day as it could have been typed: every step on a full minute, those that fall together dropped."""
    kept = {step.start_ms // MINUTE_MS: step.rate_nl_per_day for step in day.steps}
    steps = (FlexStep(start_ms=minute * MINUTE_MS, rate_nl_per_day=rate) for minute, rate in kept.items())
    return FlexDay(steps=tuple(steps))


@settings(max_examples=120, deadline=None)
@given(
    mode=MODES, concentration_pg_per_nl=CONCENTRATIONS, alarm_nl=st.integers(0, 40).map(lambda tenths: tenths * 10**5)
)
def test_an_untouched_draft_orders_the_running_program(
    mode: InfusionMode, concentration_pg_per_nl: int, alarm_nl: int
) -> None:
    """Read, shown as text, read back: the same rates to the nanolitre, the same alarm, the same concentration."""
    if isinstance(mode, FlexSchedule):
        mode = FlexSchedule(days=tuple(on_full_minutes(day) for day in mode.days))
    program = Program(
        drug="baclofen",
        concentration_pg_per_nl=concentration_pg_per_nl,
        infusion_mode=mode,
        low_reservoir_alarm_nl=alarm_nl,
        catheter_nl=195_800,
        tubing_nl=140_000,
        utc_offset_min=0,
        ceiling_nl_per_day=ceiling_nl_per_day(mode),
        patient_dose=None,
    )
    order = Draft.of_program(program).order()
    assert program_for(order, tubing_nl=140_000, catheter_nl=195_800) == program


def test_a_draft_survives_being_kept() -> None:
    """What was typed comes back as it was typed, right or wrong."""
    typed = Draft.read({"mode": "flex", "start_0_0": "00:00", "rate_0_0": "1,5", "explanation": "kink found"})
    assert Draft.from_json(typed.to_json()) == typed
    assert typed.why() == "Residual: kink found"


def test_nothing_is_prefilled_where_nothing_runs() -> None:
    """A pump without a program leaves every dose empty."""
    draft = Draft.of_program(None)
    assert (draft.mode, draft.daily_dose, draft.concentration, draft.days) == ("", "", "", ((),))
