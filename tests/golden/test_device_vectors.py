"""Worked numbers, row by row, from the parts that plan and check.

The rows are our own and keep their names. What stands in TV-01 to TV-20 was published, and each test says where; TV-D01
to TV-D19 were worked out by hand beforehand from the constants of `thecal.pump.devices`. Missing numbers are of things
that no pump here has or does: a valve, whole strokes, a fixed rate, a list of recalled serial numbers.
"""

from fractions import Fraction

import pytest

from thecal.care.book_by import book_by
from thecal.care.bridge import bridge, without_bridge
from thecal.care.flex import DoseStep, peak_hour_pg, total_pg_per_day
from thecal.care.limits import WORST_UNDELIVERABLE
from thecal.care.mixing import concentration_pg_per_ul, mix, off_label_per_mille
from thecal.care.path import Holds, Part
from thecal.care.prime import over_prime_pg, prime
from thecal.care.slips import named_slip
from thecal.care.starting import Screening, starting_dose_pg_per_day, weaker_concentration_pg_per_nl
from thecal.care.titration import Origin, Phase, judge_step
from thecal.programmer.prescription import (
    ContinuousDose,
    FlexDose,
    FlexDoseDay,
    FlexDoseStep,
    Prescription,
    program_dose_pg_per_day,
    program_for,
)
from thecal.programmer.review import Circumstances, Refill, Review, review
from thecal.pump.devices import (
    CATHETER_PER_CM,
    RATE_MIN,
    REFERENCE_20,
    REFERENCE_40,
    TUBING,
    TUBING_BEFORE_2016,
    PumpModel,
)
from thecal.pump.infusion import SimpleContinuous
from thecal.pump.machine import interrogate, manufacture
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS, PG_PER_MCG, round_div

MCG = PG_PER_MCG
ML = 1_000_000
JANUARY_6_MS = 1_736_157_600_000
"""2025-01-06 10:00 UTC."""


def order(dose_mcg: Fraction | int, concentration: int, *, alarm_ml: int = 2) -> Prescription:
    """A simple continuous order."""
    dose = ContinuousDose(dose_pg_per_day=int(dose_mcg * MCG))
    return Prescription(
        drug="baclofen",
        concentration_pg_per_nl=concentration,
        dosing=dose,
        low_reservoir_alarm_nl=alarm_ml * ML,
        utc_offset_min=0,
    )


def filled(model: PumpModel, prescription: Prescription) -> Review:
    """The review of a first fill to capacity on 6 January 2025, 10:00."""
    pump = manufacture(serial="G1", pump_model=model, now_ms=JANUARY_6_MS)
    return review(
        interrogation=interrogate(pump),
        prescription=prescription,
        pump_model=model,
        circumstances=Circumstances(
            catheter_length_mm=890,
            tubing_holds=Holds.DRUG,
            catheter_holds=Holds.DRUG,
            refill=Refill(filled_nl=model.capacity_nl),
        ),
    )


def path(volume_nl: int) -> tuple[Part, ...]:
    """Tubing and catheter together, full of old drug."""
    return (Part(name="path", volume_nl=volume_nl, holds=Holds.DRUG),)


def days(review_of_fill: Review, at_ms: int | None) -> float:
    """Days from the fill."""
    assert at_ms is not None
    return (at_ms - review_of_fill.at_ms) / DAY_MS


def test_tv_01_the_slowest_rate_of_25_mcg_per_ml_gives_1_2_mcg_a_day() -> None:
    """TV-01: 0.048 mL/day of 25 mcg/mL is 1.2 mcg/day (prialt.com, titration), and the pump's own sum of it too."""
    program = program_for(order(Fraction(12, 10), 25), tubing_nl=0, catheter_nl=0)
    assert program.infusion_mode == SimpleContinuous(rate_nl_per_day=RATE_MIN.whole())
    assert program_dose_pg_per_day(program, REFERENCE_20) == 1_200_000


@pytest.mark.parametrize(("dose_mcg", "expected_days"), [(1_000, 40), (2_000, 20)])
def test_tv_02_and_03_days_in_a_20_ml_reservoir(dose_mcg: int, expected_days: int) -> None:
    """TV-02, TV-03: 20 mL last 40 days at 0.5 mL/day and 20 days at 1 mL/day (seekhealthz.com, starting dose)."""
    fill = filled(REFERENCE_20, order(dose_mcg, 2_000))
    assert days(fill, fill.pending.empty_ms) == expected_days


@pytest.mark.parametrize(("per_day_ng", "per_hour_ng"), [(2_400, 100), (19_200, 800)])
def test_tv_05_a_day_s_dose_by_the_hour(per_day_ng: int, per_hour_ng: int) -> None:
    """TV-05: 2.4 mcg/day is 0.1 mcg in any hour, 19.2 mcg/day is 0.8 (prialt.com, intrathecal pump use)."""
    steps = (DoseStep(start_ms=0, dose_pg_per_day=per_day_ng * 1_000),)
    assert peak_hour_pg(steps) == per_hour_ng * 1_000


@pytest.mark.parametrize(("lasted_h", "expected_mcg"), [(8, 100), (9, 50)])
def test_tv_06_the_start_from_a_screening_dose_of_50_mcg(lasted_h: int, expected_mcg: int) -> None:
    """TV-06: twice the screening dose, once where the effect outlasted 8 hours (Saulino 2016, 10.1111/ner.12388)."""
    screening = Screening(effective_pg=50 * MCG, effect_lasted_ms=lasted_h * HOUR_MS, present_at_last_observation=False)
    assert starting_dose_pg_per_day(screening) == expected_mcg * MCG


def test_tv_07_sixty_a_day_entered_as_sixty_an_hour() -> None:
    """TV-07: the schedule's total shows 1440 mcg/day, and the slip is named (ismp.org, baclofen programming error)."""
    entered = total_pg_per_day((DoseStep(start_ms=0, dose_pg_per_day=60 * MCG * 24),))
    assert entered == 1_440 * MCG
    slip = named_slip(old=60 * MCG, new=entered)
    assert slip is not None
    assert slip.name == "×24"


@pytest.mark.parametrize(
    ("mass_mcg", "volume_ml", "expected"),
    [(10_000, 20, 500), (20_000, 20, 1_000), (40_000, 20, 2_000), (10_000, 5, 2_000)],
)
def test_tv_08_and_09_the_concentration_on_a_label(mass_mcg: int, volume_ml: int, expected: int) -> None:
    """TV-08, TV-09: drug over volume is the label's concentration, exactly (myhealthbox.eu, Gablofen; lioresal.com)."""
    bottle = mix(
        residual_nl=0,
        residual_concentration_pg_per_nl=expected,
        fill_nl=volume_ml * ML,
        fill_concentration_pg_per_nl=expected,
    )
    assert bottle.mass_pg == mass_mcg * MCG


def test_tv_11_a_taper_of_10_and_20_per_cent_passes_without_a_finding() -> None:
    """TV-11: −10 % and −20 % of the dose are within the lowering step (PMC8477242, table 1)."""
    for share in (90, 80):
        assert not judge_step(
            old_pg_per_day=300 * MCG,
            new_pg_per_day=3 * share * MCG,
            origin=Origin.SPINAL,
            age_years=50,
            phase=Phase.MAINTENANCE,
            since_start_ms=None,
            since_arrival_ms=None,
        )


@pytest.mark.parametrize("alarm_ml", [2, 4])
def test_tv_17_the_alarm_comes_when_its_own_volume_is_left(alarm_ml: int) -> None:
    """TV-17: an alarm at 4 mL leaves twice the reserve of one at 2 mL, which was too late (Neurosurgery, 2004)."""
    fill = filled(REFERENCE_20, order(400, 2_000, alarm_ml=alarm_ml))
    assert days(fill, fill.pending.low_reservoir_ms) == (20 - alarm_ml) * 5


@pytest.mark.parametrize(("model", "expected_mcg"), [(REFERENCE_40, 80_000), (REFERENCE_20, 40_000)])
def test_tv_18_and_d16_the_drug_in_a_full_reservoir(model: PumpModel, expected_mcg: int) -> None:
    """TV-18, TV-D16: the review shows how much a needle beside the reservoir would inject (FDA MedSun, 2011)."""
    assert filled(model, order(300, 2_000)).pending.reservoir_pg == expected_mcg * MCG


def test_tv_20_the_tubing_shrank_by_0_059_ml() -> None:
    """TV-20: 0.199 mL before the software change, 0.140 mL after it (SynchroMed II priming notice, 2016/17)."""
    assert TUBING_BEFORE_2016.whole() - TUBING.whole() == 59_000


BRIDGES = [
    # row, path nL, old mcg/mL, mcg/day, bridge nL/day, duration, mass ng
    ("TV-D01", 335_800, 500, 300, 600_000, (13, 26), 167_900),
    ("TV-D02", 394_800, 500, 300, 600_000, (15, 48), 197_400),
    ("TV-D03", 335_800, 2_000, 300, 150_000, (53, 44), 671_600),
    ("TV-D04", 300_000, 500, 200, 400_000, (18, 0), 150_000),
    ("TV-D05", 320_000, 1_000, 650, 650_000, (11, 49), 320_000),
]


@pytest.mark.parametrize(("row", "path_nl", "old", "dose_mcg", "rate", "duration", "mass_ng"), BRIDGES)
def test_tv_d01_to_d05_bridges(
    row: str, path_nl: int, old: int, dose_mcg: int, rate: int, duration: tuple[int, int], mass_ng: int
) -> None:
    """TV-D01 to D05: volume, rate, minutes and mass of each bridge."""
    planned = bridge(parts=path(path_nl), old_pg_per_day=dose_mcg * MCG, old_concentration_pg_per_nl=old)
    assert planned is not None, row
    assert (planned.volume_nl, planned.rate_nl_per_day) == (path_nl, rate)
    assert divmod(round_div(planned.duration_ms, MINUTE_MS), 60) == duration
    assert planned.mass_pg == mass_ng * 1_000


def test_tv_d01_the_path_is_tubing_plus_89_cm() -> None:
    """TV-D01: 0.140 mL and 89 cm at 0.0022 mL/cm are 0.3358 mL; then the rate is 0.150 mL/day."""
    assert TUBING.whole() + 89 * CATHETER_PER_CM.whole() == 335_800
    then = program_for(order(300, 2_000), tubing_nl=TUBING.whole(), catheter_nl=195_800)
    assert then.infusion_mode == SimpleContinuous(rate_nl_per_day=150_000)


@pytest.mark.parametrize(
    ("old", "new", "tip_mcg", "duration"), [(500, 2_000, 75, (53, 44)), (2_000, 500, 1_200, (13, 26))]
)
def test_tv_d01_and_d03_without_a_bridge(old: int, new: int, tip_mcg: int, duration: tuple[int, int]) -> None:
    """TV-D01, TV-D03: a quarter of the dose for 53 h 44 min, or four times the dose for 13 h 26 min."""
    lacking = without_bridge(
        parts=path(335_800),
        new_pg_per_day=300 * MCG,
        old_concentration_pg_per_nl=old,
        new_concentration_pg_per_nl=new,
    )
    assert lacking is not None
    assert lacking.tip_pg_per_day == tip_mcg * MCG
    assert divmod(round_div(lacking.duration_ms, MINUTE_MS), 60) == duration


@pytest.mark.parametrize(
    ("tubing_nl", "tubing_holds", "volume_nl", "mass_ng"),
    [
        (140_000, Holds.NO_DRUG, 309_400, 154_700),
        (199_000, Holds.NO_DRUG, 368_400, 184_200),
        (140_000, Holds.DRUG, 169_400, 84_700),
    ],
)
def test_tv_d07_priming_77_cm(tubing_nl: int, tubing_holds: Holds, volume_nl: int, mass_ng: int) -> None:
    """TV-D07: the whole path, the whole path by the old constant, the catheter alone."""
    parts = (
        Part(name="tubing", volume_nl=tubing_nl, holds=tubing_holds),
        Part(name="catheter", volume_nl=77 * CATHETER_PER_CM.whole(), holds=Holds.NO_DRUG),
    )
    primed = prime(parts=parts, concentration_pg_per_nl=500)
    assert primed is not None
    assert (primed.volume_nl, primed.mass_pg) == (volume_nl, mass_ng * 1_000)


@pytest.mark.parametrize(("concentration", "expected_ng"), [(500, 29_500), (1_000, 59_000), (2_000, 118_000)])
def test_tv_d08_what_an_over_prime_pushes_out(concentration: int, expected_ng: int) -> None:
    """TV-D08: 0.059 mL too much, in micrograms."""
    extra = over_prime_pg(primed_nl=368_400, empty_nl=309_400, concentration_pg_per_nl=concentration)
    assert extra == expected_ng * 1_000


def over_delivering_empty_days(capacity_nl: int, rate_nl_per_day: int) -> float:
    """When the worst case is out, its undeliverable volume put back so that only the over-delivery counts."""
    booked = book_by(
        at_ms=0,
        reservoir_nl=capacity_nl + WORST_UNDELIVERABLE.whole(),
        rate_nl_per_day=rate_nl_per_day,
        low_reservoir_ms=None,
        filled_ms=None,
        filled_nl=None,
        site_maximum_ms=None,
    )
    assert booked.at_ms is not None
    return booked.at_ms / DAY_MS


def test_tv_d09_350_mcg_a_day_of_2000_in_20_ml() -> None:
    """TV-D09: rate, alarm to the minute, empty, and dry before the alarm at +14.5 %."""
    fill = filled(REFERENCE_20, order(350, 2_000))
    assert fill.pending.rate_nl_per_day == 175_000
    assert days(fill, fill.pending.low_reservoir_ms) == pytest.approx(102.857, abs=5e-4)
    april_19_0634_ms = 1_745_044_440_000
    low_ms = fill.pending.low_reservoir_ms
    assert low_ms is not None
    assert low_ms // MINUTE_MS * MINUTE_MS == april_19_0634_ms
    assert days(fill, fill.pending.empty_ms) == pytest.approx(114.286, abs=5e-4)
    assert over_delivering_empty_days(20 * ML, 175_000) == pytest.approx(99.8, abs=0.05)
    left_ml = 20 - 0.175 * 1.145 * days(fill, low_ms)
    assert left_ml == pytest.approx(-0.61, abs=5e-3)


def test_tv_d10_100_mcg_a_day_of_500_in_40_ml() -> None:
    """TV-D10: alarm on day 190, empty on day 200, 174.67 at +14.5 %, and the 180 days of the drug in between."""
    fill = filled(REFERENCE_40, order(100, 500))
    assert fill.pending.rate_nl_per_day == 200_000
    assert days(fill, fill.pending.low_reservoir_ms) == 190
    assert days(fill, fill.pending.empty_ms) == 200
    assert over_delivering_empty_days(40 * ML, 200_000) == pytest.approx(174.67, abs=5e-3)
    reasons = {reason.name: days(fill, reason.at_ms) for reason in fill.pending.book_by.reasons}
    assert reasons["drug_life"] == 180


@pytest.mark.parametrize(("fill_ml", "expected", "off"), [(20, 1_901_900, -49), (40, 1_949_300, -25)])
def test_tv_d11_the_true_concentration_on_a_residual(fill_ml: int, expected: int, off: int) -> None:
    """TV-D11: 1.4 mL of 500 under 20 and 40 mL of 2000."""
    mixed = mix(
        residual_nl=1_400_000,
        residual_concentration_pg_per_nl=500,
        fill_nl=fill_ml * ML,
        fill_concentration_pg_per_nl=2_000,
    )
    assert round(concentration_pg_per_ul(mixed), -2) == expected
    assert round(off_label_per_mille(mixed, 2_000)) == off


def test_the_other_way_round_the_whole_fill_is_19_6_per_cent_too_strong() -> None:
    """2000 to 500 on 1.4 mL of residual: +19.6 %."""
    mixed = mix(
        residual_nl=1_400_000,
        residual_concentration_pg_per_nl=2_000,
        fill_nl=20 * ML,
        fill_concentration_pg_per_nl=500,
    )
    assert round(off_label_per_mille(mixed, 500)) == 196


def test_tv_d12_a_flex_day_of_300_mcg() -> None:
    """TV-D12: 180 mcg over 22 hours and four half-hours of 30 mcg, as rates and as a sum."""
    basal_pg_per_h, extra_pg_per_h = round_div(180 * MCG, 22), 60 * MCG
    starts = [(hour * HOUR_MS, dose) for hour in (0, 6, 12, 18) for dose in (extra_pg_per_h,)]
    steps = sorted([*starts, *((start + 30 * MINUTE_MS, basal_pg_per_h) for start, _ in starts)])
    dosing = FlexDose(
        days=(FlexDoseDay(steps=tuple(FlexDoseStep(start_ms=start, dose_pg_per_h=dose) for start, dose in steps)),)
    )
    prescription = Prescription(
        drug="baclofen", concentration_pg_per_nl=2_000, dosing=dosing, low_reservoir_alarm_nl=2 * ML, utc_offset_min=0
    )
    fill = filled(REFERENCE_20, prescription)
    assert basal_pg_per_h / MCG == pytest.approx(8.1818, abs=5e-5)
    assert fill.pending.rates_nl_per_day == (98_182, 720_000)
    assert fill.pending.rates_nl_per_day[0] / 24 / ML == pytest.approx(0.00409, abs=5e-6)
    assert fill.pending.dose_pg_per_day == pytest.approx(300 * MCG, abs=2_000)


@pytest.mark.parametrize(("concentration", "least_mcg"), [(500, 24), (1_000, 48), (2_000, 96)])
def test_tv_d15_the_least_dose_of_each_concentration(concentration: int, least_mcg: int) -> None:
    """TV-D15: a dose just below 24, 48 or 96 mcg/day must not be given of 500, 1000 or 2000."""
    slowest = RATE_MIN.whole()
    assert weaker_concentration_pg_per_nl(dose_pg_per_day=least_mcg * MCG, slowest_nl_per_day=slowest) == concentration
    below = weaker_concentration_pg_per_nl(dose_pg_per_day=least_mcg * MCG - 1, slowest_nl_per_day=slowest)
    assert below is None or below < concentration


def test_tv_d19_1000_mcg_a_day_of_2000_in_40_ml() -> None:
    """TV-D19: 0.5 mL/day, alarm on day 76, empty on day 80."""
    fill = filled(REFERENCE_40, order(1_000, 2_000))
    assert fill.pending.rate_nl_per_day == 500_000
    assert days(fill, fill.pending.low_reservoir_ms) == 76
    assert days(fill, fill.pending.empty_ms) == 80
