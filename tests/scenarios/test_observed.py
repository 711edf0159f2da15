"""The file of one person's assessments: read exactly, or refused on one line that names the field."""

import json
from pathlib import Path
from typing import Any

import pytest

from thecal.body.calibration.observed import Ashworth, Fluid, Reflex
from thecal.errors import BadInput
from thecal.scenario.reading import read_assessments

EXAMPLE = Path(__file__).parents[2] / "examples/assessments/screening_test.json"


def _changed(tmp_path: Path, where: str, value: Any) -> Path:
    """The example with one field changed, or taken out where the value is None."""
    plain = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    *path, last = [int(part) if part.isdigit() else part for part in where.split("/")]
    here = plain
    for part in path:
        here = here[part]
    if value is None:
        del here[last]
    else:
        here[last] = value
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(plain), encoding="utf-8")
    return changed


def test_the_example_is_what_it_says() -> None:
    """Three occasions, an invented patient, doses in mcg and hours, readings of each kind."""
    told = read_assessments(EXAMPLE)
    case = told.case()
    assert told.fictional
    assert case.stature.height_cm == 168.0
    assert case.baseline == {"soleus": ("3", "3"), "quadriceps": ("3",)}
    first, second, third = case.occasions
    assert (first.given.puncture_mcg, second.given.puncture_mcg) == (50.0, 75.0)
    assert first.given.settled is None
    assert third.given.settled is not None
    assert third.given.settled.rates_mcg_per_h == (6.25,)
    assert third.chronic
    assert not first.chronic
    assert first.readings[0] == Reflex(at_h=1.0, residual=0.4)
    assert first.readings[1] == Ashworth(muscle="soleus", at_h=1.0, grade="2")
    assert second.readings[1] == Fluid(level="L3", at_h=3.0, mcg_per_ml=0.7)


def test_a_catheter_bolus_gives_its_dose(tmp_path: Path) -> None:
    """50 mcg over ten minutes are 300 mcg an hour for a sixth of an hour, and nothing after."""
    route = {"route": "catheter", "dose": "50 mcg", "over": "10 min"}
    given = read_assessments(_changed(tmp_path, "occasions/0/given", route)).case().occasions[0].given
    edges, rates = given.infusion(24.0)
    assert rates == pytest.approx((300.0, 0.0))
    assert edges[:2] == pytest.approx((0.0, 1 / 6))
    assert edges[-1] >= 24.0


@pytest.mark.parametrize(
    ("where", "value", "says"),
    [
        ("fictional", None, "fictional: is missing"),
        ("occasions/0/given/dose", "50", "occasions[0].given.dose: '50' has no unit"),
        ("occasions/0/given/route", "oral", "occasions[0].given.route: is no way to give a dose here"),
        ("occasions/0/readings/1/grade", "5", "occasions[0].readings[1].grade: is not one of what it can be"),
        ("occasions/0/readings/1/muscle", "calf", "occasions[0].readings[1].muscle: 'calf' is no muscle"),
        ("occasions/0/readings/0/what", "pulse", "occasions[0].readings[0].what: is none of what can be found"),
        ("occasions/0/readings/0/residual", "0.4", "occasions[0].readings[0].residual"),
        ("occasions/1/readings/1/found", "700", "occasions[1].readings[1].found: is not a concentration in CSF"),
        ("occasions/0/readings", [], "occasions[0].readings"),
        ("patient/baseline/calf", ["3"], "patient.baseline.calf: is not a field here"),
        ("patient/baseline/quadriceps", None, "patient.baseline: has no grade of the quadriceps without drug"),
        ("patient/age_years", 2, "patient.age_years"),
        ("patient/height", "300 cm", "patient.height: 300 cm is outside"),
        ("asked/until", "31 days", "asked.until: is later than 30 days"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, where: str, value: Any, says: str) -> None:
    """One line: the field, what is wrong, what would be right."""
    with pytest.raises(BadInput) as refused:
        read_assessments(_changed(tmp_path, where, value)).case()
    assert says in str(refused.value)
    assert refused.value.remedy
    assert "\n" not in str(refused.value)
