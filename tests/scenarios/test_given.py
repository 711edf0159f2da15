"""What a scenario says of needles, fluid and posture is what the body gets, and the manual shows it right."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.house.test_docs import table_rows
from tests.scenarios.helpers import PLAIN

from thecal.body.regime import REGIMES
from thecal.body.stature import Stature
from thecal.scenario import Scenario, load, tell
from thecal.scenario.living import given, who
from thecal.scenario.models import Scenario as Model
from thecal.units import HOUR_MS, MINUTE_MS, PG_PER_MCG

PAGE = Path(__file__).parents[2] / "docs/manual/scenario.md"
PUNCTURE = {"by": "lumbar puncture", "at": "1 h", "dose": "50 mcg", "level": "L4"}


def with_patient(**patient: object) -> Scenario:
    """The scenario with more said of its patient."""
    return load(json.dumps({**PLAIN, "patient": {**PLAIN["patient"], **patient}}))


def shown() -> dict[str, Any]:
    """The example of needles, drains and postures on the manual's page."""
    text = PAGE.read_text(encoding="utf-8")
    (block,) = [block for block in re.findall(r"```jsonc\n(.*?)```", text, re.DOTALL) if "boluses" in block]
    plain: dict[str, Any] = json.loads(block)
    return plain


def test_what_the_manual_shows_is_read_and_given() -> None:
    """A puncture, a syringe in the port, a drain and two postures, each at its time and in the units of the body."""
    scenario = load(json.dumps(PLAIN | shown()))
    start_ms, found = scenario.start_ms, given(scenario)
    assert [(each.at_ms - start_ms, each.mass_pg, each.level) for each in found.punctures] == [
        (HOUR_MS, 50 * PG_PER_MCG, "L3")
    ]
    (push,) = found.pushes
    assert (push.volume_nl, push.concentration_pg_per_nl, push.over_ms) == (1_000_000, 50, MINUTE_MS)
    (drain,) = found.drains
    assert (drain.volume_nl, drain.end_ms - drain.start_ms, drain.level) == (35_000_000, 45 * MINUTE_MS, "L3")
    assert [each.regime for each in found.postures] == [REGIMES["lying"], REGIMES["usual"]]


def test_everything_by_hand_is_told_with_what_the_pump_remembers() -> None:
    """In order of time, in words."""
    told = [says.replace("\u00a0", " ") for _, says in tell(load(json.dumps(PLAIN | shown()))).happened]
    assert "50 mcg by lumbar puncture at L3" in told
    assert "1 mL of 50 mcg/mL at the access port" in told
    assert "35 mL of fluid drained at L3 over 45 min" in told
    assert told.index("50 mcg by lumbar puncture at L3") < told.index("posture: lying") < told.index("posture: usual")


def test_the_build_of_the_file_is_the_build_of_the_body() -> None:
    """Height, sex, weight and the measured fluid; what is left out is that of the age and sex."""
    short = with_patient(height="152 cm", sex="female", weight="48.5 kg", lumbar_csf="38 mL").patient.stature()
    assert short == Stature(height_cm=152.0, sex="female", age_years=42.0, weight_kg=48.5, lumbar_ml=38.0)
    assert with_patient(sex="male").patient.stature() == Stature.of(age_years=42.0, sex="male")


@pytest.mark.parametrize(
    ("field", "value"),
    [("age_years", 3), ("height", "60 cm"), ("weight", "2 kg"), ("lumbar_csf", "3 mL")],
)
def test_a_build_that_the_body_was_not_made_for_names_its_field(field: str, value: object) -> None:
    """It is a scenario, and no body: simulating it is refused on one line, by the file's own name."""
    scenario = with_patient(**{field: value})
    with pytest.raises(Exception, match=rf"^patient\.{field}: .+ outside what the model knows"):
        tell(scenario)


def test_placebo_works_after_a_needle_and_only_where_it_is_asked_for() -> None:
    """Nobody expects anything of a drug that comes without an injection."""
    scenario = load(json.dumps(PLAIN | {"boluses": [PUNCTURE]}))
    assert who(scenario).placebo_h == ()
    asked = scenario.model_copy(update={"patient": scenario.patient.model_copy(update={"placebo": True})})
    assert who(asked).placebo_h == (1.0,)
    assert any("Placebo is taken off" in sentence for sentence in tell(asked).assumptions)
    assert any("No placebo effect" in sentence for sentence in tell(scenario).assumptions)


def test_the_manual_names_every_posture_and_every_default() -> None:
    """All postures that there are, and a row for each part of the file that may be left out."""
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in REGIMES)
    told = " ".join(row[0] for row in table_rows(text, "field"))
    optional = [name for name, field in Model.model_fields.items() if not field.is_required()]
    assert [name for name in optional if f"`{name}" not in told and f"{name}`" not in told] == []
