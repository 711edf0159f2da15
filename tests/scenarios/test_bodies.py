"""The examples about the body show what the facts say, and their page in the manual tells what they compute."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.house.test_docs import table_rows

from thecal.body.anatomy import Floats
from thecal.cli.story_pictures import FIGURES
from thecal.scenario import Story, read, tell
from thecal.units import HOUR_MS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/manual/examples.md"
ENOUGH = 0.3


@cache
def story(name: str) -> Story:
    """One example's run."""
    return tell(read(ROOT / "examples" / name))


def hours(told: Story, what: str) -> Floats:
    """The samples in hours after something first happened."""
    at_ms = next(at_ms for at_ms, says in told.happened if what in says)
    return told.run.exposure.times_h - (at_ms - told.scenario.start_ms) / HOUR_MS


def begun_h(told: Story, what: str, course: Floats, least: float) -> float:
    """When a course first reaches a value."""
    return float(hours(told, what)[np.argmax(course >= least)])


def test_a_bolus_acts_within_the_hour_and_an_infusion_takes_a_day_or_two() -> None:
    """Onset half an hour to an hour, peak near four; begun infusion six to eight hours, settled within 24 to 48."""
    bolus, infusion = story("09_screening_bolus.json"), story("10_infusion_begins.json")
    fast, slow = (told.muscles["soleus"].suppressed.line for told in (bolus, infusion))
    assert 0.5 <= begun_h(bolus, "puncture", fast, ENOUGH) <= 1.25
    assert 2.5 <= hours(bolus, "puncture")[fast.argmax()] <= 5.0
    assert fast[-1] < 0.1 * fast.max()
    assert 6.0 <= begun_h(infusion, "update", slow, ENOUGH) <= 8.0
    assert 24.0 <= begun_h(infusion, "update", slow, 0.95 * slow[-1]) <= 56.0
    fluid = [told.outlook.levels["L3"].line.max() for told in (bolus, infusion)]
    assert fluid[0] > 5 * fluid[1]


def test_a_night_dose_works_hours_after_it() -> None:
    """The fluid is fullest at two, tone lowest between three and six, highest in the hours before ten."""
    told = story("12_night_dose.json")
    clock = (told.run.exposure.times_h + 9.0) % 24.0
    second = told.run.exposure.times_h >= 24.0
    fluid, tone = told.outlook.levels["T10"].line[second], told.muscles["soleus"].mas.line[second]
    assert clock[second][fluid.argmax()] == 2.0
    assert 3.0 <= clock[second][tone.argmin()] <= 6.0
    assert 20.0 <= clock[second][tone.argmax()] <= 23.0
    assert told.outlook.penn is not None
    assert told.outlook.penn.line[second].argmin() == tone.argmin()


def test_a_missed_refill_goes_through_the_stages_in_order() -> None:
    """Tone first; early signs 12 to 96 h after the last drop, severe ones a day to three later; nothing before it."""
    told = story("13_missed_refill.json")
    after_h, stage = hours(told, "empty reservoir"), told.outlook.withdrawal
    assert stage is not None
    assert stage.high[after_h <= 0].max() == 0.0
    early, severe = (begun_h(told, "empty reservoir", stage.line, least) for least in (1, 2))
    tone = told.muscles["soleus"].suppressed.line
    half_back = float(after_h[(after_h > 0) & (tone < 0.5 * tone[0])][0])
    assert half_back < early
    assert 12.0 <= early <= 96.0
    assert 24.0 <= severe - early <= 72.0
    assert stage.high.max() == 3.0


def test_rebound_lifts_tone_above_what_it_was_without_drug_and_a_refill_ends_it() -> None:
    """A score of 3 without drug is passed while the reservoir is empty, and the old score comes back."""
    told = story("13_missed_refill.json")
    score = told.muscles["soleus"].mas.line
    assert score[0] < 1.0
    assert score.max() > 3.0
    assert score[-1] == pytest.approx(score[0], abs=0.1)


def test_ten_times_the_dose_reaches_the_brainstem() -> None:
    """Against the dose that was meant: drowsiness where there was next to none, and breathing among the sensitive."""
    meant, slip = story("09_screening_bolus.json"), story("14_overdose_drained.json")
    assert meant.outlook.drowsiness.line.max() < 0.05
    assert slip.outlook.drowsiness.line.max() > 0.3
    assert slip.outlook.breathing.high.max() > 0.3
    assert slip.muscles["soleus"].weakness.line.max() > 0.9
    before, after = (slip.run.exposure.times_h.searchsorted(at_h) for at_h in (3.0, 3.75))
    fluid = slip.outlook.levels["L3"].line
    assert fluid[after] < 0.6 * fluid[before]
    assert 40.0 < slip.run.drained_mcg < 200.0


@pytest.mark.parametrize(
    ("name", "figure", "picture"),
    [
        ("13_missed_refill.json", "signs", "missed_refill.svg"),
        ("14_overdose_drained.json", "spine", "overdose_spine.svg"),
    ],
)
def test_the_manual_s_pictures_are_those_that_are_drawn(name: str, figure: str, picture: str) -> None:
    """The same words, and every number to a pixel."""
    kept = (ROOT / "docs/pictures" / picture).read_text(encoding="utf-8")
    drawn = FIGURES[figure](story(name), "soleus").svg()
    again = f"run thecal twin simulate examples/{name} --figure {figure} --picture docs/pictures/{picture}"
    assert re.sub(r"[\d.]+", "#", drawn) == re.sub(r"[\d.]+", "#", kept), again
    one, other = ([float(number) for number in re.findall(r"\d+\.?\d*", text)] for text in (drawn, kept))
    assert one == pytest.approx(other, abs=1.0), again
    assert f"pictures/{picture}" in PAGE.read_text(encoding="utf-8")


def test_the_manual_tells_how_a_bolus_and_an_infusion_were_computed() -> None:
    """Row by row, to the digit that is printed."""
    told = [story("09_screening_bolus.json"), story("10_infusion_begins.json")]
    begins = ["puncture", "update"]
    tone = [each.muscles["soleus"].suppressed for each in told]
    most = [int(course.line.argmax()) for course in tone]
    rows = [
        [
            f"{begun_h(each, what, course.line, ENOUGH):.1f} h"
            for each, what, course in zip(told, begins, tone, strict=True)
        ],
        [f"{course.line[at]:.0%}".replace("%", " %") for course, at in zip(tone, most, strict=True)],
        [f"{100 * course.low[at]:.0f} to {100 * course.high[at]:.0f} %" for course, at in zip(tone, most, strict=True)],
    ]
    page = table_rows(PAGE.read_text(encoding="utf-8"), "as computed, calf of the typical person")
    assert [row[1:] for row in page] == rows


def test_the_manual_tells_when_withdrawal_was_computed() -> None:
    """Half of the tone, early and severe signs, in hours after the reservoir ran empty."""
    told = story("13_missed_refill.json")
    after_h, stage = hours(told, "empty reservoir"), told.outlook.withdrawal
    assert stage is not None
    tone = told.muscles["soleus"].suppressed.line
    half_back = float(after_h[(after_h > 0) & (tone < 0.5 * tone[0])][0])
    signs = [begun_h(told, "empty reservoir", stage.line, least) for least in (1, 2)]
    page = table_rows(PAGE.read_text(encoding="utf-8"), "as computed, typical person")
    assert [row[1] for row in page] == [f"{at_h:.0f} h" for at_h in (half_back, *signs)]


def test_the_manual_tells_what_each_hour_of_waiting_costs() -> None:
    """The drug that 35 mL take along, drained one to eight hours after the slip."""
    slip = story("14_overdose_drained.json").scenario
    (drain,) = slip.drains
    out = []
    for after_h in (1, 2, 4, 8):
        moved = drain.model_copy(update={"at_ms": (1 + after_h) * HOUR_MS})
        out.append(f"{tell(slip.model_copy(update={'drains': (moved,)})).run.drained_mcg:.0f} mcg")
    assert [row[1] for row in table_rows(PAGE.read_text(encoding="utf-8"), "as computed")] == out
