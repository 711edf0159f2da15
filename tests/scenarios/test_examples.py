"""Every example runs, and says the numbers that it is there to show."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from thecal.programmer.review import Verdict
from thecal.pump.bolus import BridgeBolus
from thecal.pump.infusion import SimpleContinuous
from thecal.scenario import Story, numbers_used, read, review_visit, tell
from thecal.scenario.story import Stretch
from thecal.units import HOUR_MS, MINUTE_MS, round_div

EXAMPLES = Path(__file__).parents[2] / "examples"
SCENARIOS = sorted(EXAMPLES.glob("*.json"))
SCRIPTS = sorted(EXAMPLES.glob("*.py"))


def story(name: str) -> Story:
    """One example's run."""
    return tell(read(EXAMPLES / name))


def doses(told: Story) -> list[tuple[int, int]]:
    """(how long in minutes, tenths of mcg/day) of each stretch at the tip."""
    return [
        (round_div(each.end_ms - each.start_ms, MINUTE_MS), each.dose_pg_per_day // 100_000) for each in told.at_tip
    ]


def test_there_are_examples() -> None:
    """The folder was found."""
    assert len(SCENARIOS) >= 5
    assert len(SCRIPTS) >= 2


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.name)
def test_every_scenario_conserves_drug(path: Path) -> None:
    """What left the tip or went astray, and what the implant still holds, is what it was given, to the picogram."""
    told = tell(read(path))
    scenario, given_pg = told.scenario, 0
    concentration = scenario.program.concentration_pg_per_nl
    reservoir = scenario.reservoir
    given_pg = (reservoir.fill_nl + reservoir.undeliverable_nl + scenario.catheter.true_path_nl) * concentration
    refills = [visit.refill for visit in scenario.visits if visit.refill is not None]
    account = told.run.device.account
    left_pg = sum(delivery.mass_pg for delivery in told.run.deliveries) + told.run.device.held_pg
    left_pg += account.leaked_pg + account.astray_pg + account.pocket_pg
    for refill in refills:
        given_pg += refill.volume_nl * refill.concentration_pg_per_nl
    assert given_pg - left_pg == account.drawn_pg
    if not refills:
        assert account.drawn_pg == 0


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_runs(path: Path) -> None:
    """A reader who starts it gets numbers and no complaint."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert not done.stderr


def test_the_worked_change_of_concentration() -> None:
    """0.3358 mL at 0.600 mL/day for 13 h 26 min carrying 167.9 mcg, then 0.150 mL/day: TV-D01."""
    reviewed, _ = review_visit(read(EXAMPLES / "01_concentration_change.json"), 0)
    bolus, lacking, mixture = reviewed.update.bolus, reviewed.without_bridge, reviewed.mixture
    assert isinstance(bolus, BridgeBolus)
    assert (bolus.volume_nl, bolus.rate_nl_per_day, bolus.concentration_pg_per_nl) == (335_800, 600_000, 500)
    assert reviewed.bridge is not None
    assert round_div(reviewed.bridge.duration_ms, MINUTE_MS) == 13 * 60 + 26
    assert reviewed.bridge.mass_pg == 167_900_000
    assert reviewed.update.program.infusion_mode == SimpleContinuous(rate_nl_per_day=150_000)
    assert lacking is not None
    assert (lacking.tip_pg_per_day, round_div(lacking.duration_ms, MINUTE_MS)) == (75_000_000, 53 * 60 + 44)
    assert mixture is not None
    assert (mixture.concentration_pg_per_ul, mixture.off_label_per_mille) == (1_901_869, -49)
    assert reviewed.verdict is Verdict.CLEAR


def test_a_bridge_keeps_the_dose_at_the_tip() -> None:
    """With the right length on record the tip gets 300 mcg/day throughout, and the bridge ends after 13 h 26 min."""
    told = story("01_concentration_change.json")
    assert doses(told) == [(6 * 24 * 60, 3_000)]
    ended_ms = next(at_ms for at_ms, what in told.happened if what == "bridge ended")
    assert round_div(ended_ms - told.scenario.start_ms, MINUTE_MS) == 24 * 60 + 13 * 60 + 26


def test_a_short_catheter_is_overrun() -> None:
    """60 cm hold 0.272 mL with the tubing: after 10 h 53 min of bridge, 2000 mcg/mL at 0.6 mL/day for the rest."""
    told = story("02_short_catheter.json")
    assert doses(told)[:2] == [((24 + 10) * 60 + 53, 3_000), (2 * 60 + 33, 12_000)]
    assert doses(told)[2][1] == 3_000
    assert told.muscles["soleus"].suppressed.line.max() > told.muscles["soleus"].suppressed.line[0] + 0.05


def test_a_flex_day_adds_up() -> None:
    """Four steps, 300 mcg in 24 h, and every day like the one before."""
    told = story("03_flex_day.json")
    assert doses(told)[1:5] == [(4 * 60, 3_300), (5 * 60, 3_600), (60, 7_200), (14 * 60, 2_400)]
    assert sum(minutes * dose for minutes, dose in doses(told)[1:5]) == 24 * 60 * 3_000
    suppressed = told.muscles["soleus"].suppressed.line
    assert suppressed[0] == pytest.approx(suppressed[24], rel=1e-9)


def test_a_stall_is_a_day_without_drug() -> None:
    """Nothing leaves the tip for 24 h; the pump senses it 20 min late, does not catch up, and tone comes back."""
    told = story("04_motor_stall.json")
    assert doses(told) == [(48 * 60, 3_000), (24 * 60, 0), (72 * 60, 3_000)]
    sensed_ms = next(at_ms for at_ms, what in told.happened if what == "motor stall sensed")
    assert sensed_ms - told.scenario.start_ms == 48 * HOUR_MS + 20 * MINUTE_MS
    suppressed = told.muscles["soleus"].suppressed.line
    assert suppressed.min() < 0.3 * suppressed[0]
    assert any(what == "alarm: motor stall" for _, what in told.happened)


def test_a_weaker_drug_on_a_strong_residual_takes_two_people() -> None:
    """2000 to 500 mcg/mL on 1.4 mL of residual: +19.6 % for the whole fill, and the tip gets it."""
    reviewed, _ = review_visit(read(EXAMPLES / "05_weaker_drug.json"), 0)
    assert reviewed.verdict is Verdict.WANTS_SIGNATURE
    assert [finding.rule for finding in reviewed.findings] == ["mixture.off_label"]
    assert "+19.6" in reviewed.findings[0].says
    assert "Rinse" in reviewed.findings[0].remedy
    assert "lower dose" in reviewed.findings[0].remedy
    assert story("05_weaker_drug.json").at_tip[-1].dose_pg_per_day == 358_900_000


def test_three_faults_show_at_the_tip_and_only_one_in_the_log() -> None:
    """The scan and its recovery take 5 h 40 min; 40 mcg behind a kink come in a minute; a leak takes 40 % for good."""
    told = story("08_faults.json")
    nothing = [minutes for minutes, dose in doses(told) if dose == 0]
    assert nothing == [5 * 60 + 40, 24 * 60]
    (minutes, released), *later = doses(told)[doses(told).index((24 * 60, 0)) + 1 :]
    assert minutes == 1
    assert abs(released - (40 * 24 * 60 + 300) * 10) <= 10
    assert later[-1][1] == 1_800
    assert {what for _, what in told.happened} == {
        "update", "motor stall sensed", "alarm: motor stall", "motor recovery sensed", "alarm ends: motor stall",
    }  # fmt: skip


def test_drug_that_leaks_is_told_and_every_number_behind_it() -> None:
    """40 % of 300 mcg a day over two days is 240 mcg; where nothing goes astray, nothing is said of it."""
    ill, well = story("08_faults.json"), story("03_flex_day.json")
    assert ill.to_plain()["went_astray_pg"] == {"leaked into tissue": 240_000_000}
    assert well.to_plain()["went_astray_pg"] == {}
    names = {number.name for number in numbers_used(ill.scenario)}
    assert {"stall_sensed_after", "kink_release"} <= names - {number.name for number in numbers_used(well.scenario)}


def test_stretches_cover_the_whole_story() -> None:
    """From the start to the end without a gap, also where nothing flows."""
    for path in SCENARIOS:
        told = tell(read(path))
        ends: list[Stretch] = list(told.at_tip)
        assert ends[0].start_ms == told.scenario.start_ms
        assert ends[-1].end_ms == told.scenario.end_ms
        assert all(before.end_ms == after.start_ms for before, after in pairwise(ends))
