"""The default set: every number has a birthplace, and a changed number makes another patient."""

from dataclasses import replace

import pytest

from thecal.body import TWO_POOL, Body
from thecal.body.anatomy import CORD_AREAS, CSF_AREAS, LEVEL_ENDS
from thecal.body.parameters import Parameters
from thecal.sources import Sourced


def test_every_number_can_be_looked_up_by_name() -> None:
    """All fields are there, under names of their own, and none is negative."""
    numbers = TWO_POOL.numbers()
    assert len(numbers) == len(Parameters.__dataclass_fields__)
    assert all(number.value > 0 for number in numbers.values())


def test_the_geometry_has_birthplaces_too() -> None:
    """Every level's end and every area is a sourced number with a unit."""
    for number in (*LEVEL_ENDS.values(), *CSF_AREAS.values(), *CORD_AREAS.values()):
        assert isinstance(number, Sourced)
        assert number.unit in {"cm", "cm2"}


def test_what_nobody_measured_is_called_assumed() -> None:
    """Exchange with the cord and the spread of sensitivity have no source that was read, and say so."""
    assert TWO_POOL.cord_exchange.grade == "assumed"
    assert TWO_POOL.sensitivity_log_sd.grade == "assumed"
    assert TWO_POOL.pump_spread.grade == "assumed"


def test_a_wider_canal_dilutes() -> None:
    """A fifth more area lowers the peak in CSF by a sixth: what clears drug grows with the volume."""
    wide = replace(TWO_POOL, area_scale=replace(TWO_POOL.area_scale, value=1.2))
    usual, wider = Body.adult("T10"), Body.adult("T10", wide)
    ratio = max(wider.steady(12.5).concentrations_mcg_per_ml) / max(usual.steady(12.5).concentrations_mcg_per_ml)
    assert ratio == pytest.approx(1 / 1.2, abs=0.05)


def test_equal_sets_share_one_body() -> None:
    """Bodies are built once for each set of arguments."""
    assert Body.adult("T10", replace(TWO_POOL)) is Body.adult("T10", TWO_POOL)
