"""A forecast is built from a read-out alone, and agrees with what happens where nothing hidden is wrong."""

from dataclasses import replace

import numpy as np
import pytest
from tests.pump.helpers import NEW_YEAR_MS, program
from tests.twin.helpers import PATH_NL, committed, implanted, with_stalls
from tests.twin.test_simulation import FOUR_STEPS

from thecal.body import Stature
from thecal.mechanism import Stall
from thecal.pump import machine
from thecal.pump.bolus import BridgeBolus
from thecal.pump.commands import Update
from thecal.pump.infusion import PeriodicBolus, SimpleContinuous
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.twin import device as implant
from thecal.twin.device import Device
from thecal.twin.forecast import Forecast, Person, forecast
from thecal.units import DAY_MS, HOUR_MS, PG_PER_MCG

PERSON = Person(tip_level="T10", path_nl=PATH_NL, tolerance=2.35, baseline_mas=3.0)
LATER_MS = NEW_YEAR_MS + 3 * DAY_MS


def foreseen(device: Device, **kwargs: object) -> Forecast:
    """The forecast from the implant's own read-out; a refusal fails the test."""
    answer = forecast(machine.interrogate(device.pump), PERSON, **kwargs)  # type: ignore[arg-type] # passed on as given
    assert isinstance(answer, Forecast), answer
    return answer


def test_what_was_forecast_is_what_happens() -> None:
    """With metal that does as it is told, reservoir and tip dose come out as foreseen, to the rounding of a carry."""
    device, _ = implant.advance(implanted(FOUR_STEPS), LATER_MS)
    seen = foreseen(device, until_ms=LATER_MS + 10 * DAY_MS, every_ms=HOUR_MS)
    for index in (0, 1, 100, 240):
        then, _ = implant.advance(device, int(seen.run.times_ms[index]))
        assert abs(int(seen.run.believed_nl[index]) - then.pump.reservoir_nl) <= 1


def test_two_truths_one_forecast() -> None:
    """What the metal hides cannot show: a stall that was not yet sensed changes nothing in the forecast."""
    honest, _ = implant.advance(implanted(), LATER_MS)
    hidden = Stall(start_ms=NEW_YEAR_MS + DAY_MS, sensed_after_ms=30 * DAY_MS)
    stalled, _ = implant.advance(with_stalls(implanted(), hidden), LATER_MS)
    assert honest.metal != stalled.metal
    views = [foreseen(device, until_ms=LATER_MS + 2 * DAY_MS, every_ms=HOUR_MS) for device in (honest, stalled)]
    assert (views[0].run.tip_pg_per_day == views[1].run.tip_pg_per_day).all()
    assert all((views[0].suppressed[target] == views[1].suppressed[target]).all() for target in views[0].suppressed)


def test_a_bridge_keeps_the_predicted_effect_and_no_bridge_loses_it() -> None:
    """500 → 2000 at one dose: bridged, the effect stays within a per cent; unbridged, it falls by more than a third."""
    device, _ = implant.advance(implanted(), LATER_MS)
    device = committed(device, Update(program=program()), "again")
    new = program(SimpleContinuous(rate_nl_per_day=150_000), concentration_pg_per_nl=2_000)
    bridge = BridgeBolus(volume_nl=PATH_NL, rate_nl_per_day=600_000, concentration_pg_per_nl=500)
    kept, lost = (
        foreseen(
            device,
            update=Update(program=new, reservoir_nl=20_000_000, bolus=bolus),
            update_ms=LATER_MS,
            until_ms=LATER_MS + 4 * DAY_MS,
            every_ms=HOUR_MS,
        )
        for bolus in (bridge, None)
    )
    assert np.ptp(kept.suppressed["quadriceps"]) < 0.01
    assert lost.suppressed["quadriceps"].min() < 2 / 3 * lost.suppressed["quadriceps"][0]
    assert np.isclose(lost.run.tip_pg_per_day[24], 75 * PG_PER_MCG)


def test_a_stalled_read_out_foresees_the_loss() -> None:
    """Once the read-out says stalled, the forecast takes it to stay so, and tone comes back."""
    stall = Stall(start_ms=LATER_MS - 12 * HOUR_MS)
    device = with_stalls(committed(implanted(), Update(program=program()), "again"), stall)
    device, _ = implant.advance(device, LATER_MS)
    seen = foreseen(device, until_ms=LATER_MS + 3 * DAY_MS, every_ms=HOUR_MS)
    assert seen.run.tip_pg_per_day.max() == 0.0
    assert seen.mas("soleus")[-1] > seen.mas("soleus")[0]
    assert any("stalled" in sentence for sentence in seen.assumptions)


@pytest.mark.parametrize("empty_ms", [HOUR_MS, 12 * HOUR_MS, 4 * DAY_MS])
def test_a_pump_that_ran_empty_is_read_with_the_effect_that_was_lost_since(empty_ms: int) -> None:
    """The forecast made while it still flowed and the one made long after say the same of that moment; then a fill."""
    device = committed(implanted(), Update(program=program(), reservoir_nl=6_000_000), "again")
    ran_out_ms = NEW_YEAR_MS + 10 * DAY_MS
    before, _ = implant.advance(device, ran_out_ms - DAY_MS)
    foretold = foreseen(before, until_ms=ran_out_ms + 4 * DAY_MS, every_ms=HOUR_MS)
    empty, _ = implant.advance(device, ran_out_ms + empty_ms)
    fill = Update(program=program(), reservoir_nl=20_000_000)
    seen = foreseen(
        empty,
        update=fill,
        update_ms=ran_out_ms + empty_ms,
        until_ms=ran_out_ms + empty_ms + 8 * DAY_MS,
        every_ms=HOUR_MS,
    )
    at = int(np.searchsorted(foretold.run.times_ms, ran_out_ms + empty_ms))
    assert np.isclose(seen.suppressed["soleus"][0], foretold.suppressed["soleus"][at], atol=0.01)
    assert seen.suppressed["soleus"][0] < seen.suppressed["soleus"][-1]
    assert np.isclose(seen.suppressed["soleus"][-1], foretold.suppressed["soleus"][0], atol=0.02)
    assert any("ran empty" in sentence for sentence in seen.assumptions)


def test_a_newly_started_patient_is_not_taken_for_settled() -> None:
    """Two hours after the first program ever, the predicted effect is still building up."""
    device, _ = implant.advance(implanted(), NEW_YEAR_MS + 2 * HOUR_MS)
    seen = foreseen(device, until_ms=NEW_YEAR_MS + 4 * DAY_MS, every_ms=HOUR_MS)
    assert seen.suppressed["soleus"][0] < 0.5 * seen.suppressed["soleus"][-1]


def test_the_pumps_refusal_is_the_forecast() -> None:
    """A rate that the pump would refuse has no future to show."""
    slow = program(SimpleContinuous(rate_nl_per_day=1_000))
    answer = forecast(
        machine.interrogate(implanted().pump),
        PERSON,
        update=Update(program=slow),
        update_ms=NEW_YEAR_MS,
        until_ms=LATER_MS,
        every_ms=HOUR_MS,
    )
    assert isinstance(answer, Refusal)
    assert answer.code is RefusalCode.RATE_BELOW_DEVICE


@pytest.mark.parametrize("target", ["soleus", "quadriceps", "biceps"])
def test_the_band_holds_the_average(target: str) -> None:
    """Lowest ≤ predicted ≤ highest, and all within the scale."""
    seen = foreseen(implanted(), until_ms=LATER_MS, every_ms=HOUR_MS)
    lowest, highest = seen.mas_band(target)
    assert (lowest <= seen.mas(target)).all()
    assert (seen.mas(target) <= highest).all()
    assert lowest.min() >= 0.0
    assert highest.max() <= 3.0


def test_the_band_is_told_where_it_comes_from() -> None:
    """Shares that add up to one, sensitivity first; the sentences say what the band is."""
    seen = foreseen(implanted(), until_ms=LATER_MS, every_ms=HOUR_MS)
    for shares in seen.blames.values():
        assert sum(share for _, share in shares) == pytest.approx(1.0)
        assert shares[0][0] == "sensitivity"
    assert any("virtual patients" in sentence for sentence in seen.assumptions)


def test_nobody_has_tolerance_before_any_baclofen() -> None:
    """The factor of the record is the typical person's; where it is one, everybody's is, and the band is narrower."""
    read = machine.interrogate(implanted().pump)
    naive, chronic = (
        forecast(read, replace(PERSON, tolerance=tolerance), until_ms=LATER_MS, every_ms=HOUR_MS)
        for tolerance in (1.0, 2.35)
    )
    assert isinstance(naive, Forecast)
    assert isinstance(chronic, Forecast)
    assert naive.low["soleus"][-1] > chronic.low["soleus"][-1]
    assert "tolerance" not in {name for name, _ in naive.blames["soleus"]}
    assert "tolerance" in {name for name, _ in chronic.blames["soleus"]}


def test_a_child_is_forecast_as_a_child() -> None:
    """The same dose in a canal of a third the volume: more drug everywhere."""
    read = machine.interrogate(implanted().pump)
    child = replace(PERSON, stature=Stature.of(age_years=6.0, height_cm=115.0))
    grown, small = (forecast(read, who, until_ms=LATER_MS, every_ms=HOUR_MS) for who in (PERSON, child))
    assert isinstance(grown, Forecast)
    assert isinstance(small, Forecast)
    for level in ("C2", "T10", "L3"):
        assert small.spine([LATER_MS])[level][0] > 1.5 * grown.spine([LATER_MS])[level][0]


def test_the_line_of_the_fluid_lies_in_its_band_through_a_month_of_boluses() -> None:
    """Four boluses a day, hour by hour: virtual patients are looked at less often, and no peak is lost."""
    doses = PeriodicBolus(
        basal_rate_nl_per_day=200_000,
        bolus_rate_nl_per_day=4_000_000,
        lasts_ms=HOUR_MS // 2,
        every_ms=6 * HOUR_MS,
        first_ms=2 * HOUR_MS,
    )
    device, _ = implant.advance(implanted(doses), LATER_MS)
    seen = foreseen(device, until_ms=LATER_MS + 30 * DAY_MS, every_ms=HOUR_MS)
    for level, (low, high) in seen.fluid.items():
        assert (low <= seen.level(level)).all(), level
        assert (seen.level(level) <= high).all(), level
