"""The device table against what its sources say, and that every number in it is one of the numbers it names."""

from dataclasses import fields

import pytest

from thecal.pump.devices import (
    PROMETRA_20,
    PROMETRA_40,
    PUMP_MODELS,
    REFERENCE_20,
    REFERENCE_40,
    SYNCHROMED_20,
    SYNCHROMED_40,
    SYNCHROMED_EL,
    TUBING,
    TUBING_BEFORE_2016,
    Drive,
    PumpModel,
)
from thecal.units import DAY_MS

MODELS = pytest.mark.parametrize("model", PUMP_MODELS.values(), ids=lambda model: model.name)
ML = 1_000_000

PUBLISHED = {
    REFERENCE_20: (Drive.PERISTALTIC, 20, 1.4, 0.048, 24, 0.006, 1, 0.14, 145, 7, True, (False, False, False)),
    REFERENCE_40: (Drive.PERISTALTIC, 40, 1.4, 0.048, 24, 0.006, 1, 0.14, 145, 7, True, (False, False, False)),
    SYNCHROMED_20: (Drive.PERISTALTIC, 20, 1.4, 0.048, 24, 0.006, 50, 0.14, 145, 7, True, (False, True, True)),
    SYNCHROMED_40: (Drive.PERISTALTIC, 40, 1.4, 0.048, 24, 0.006, 50, 0.14, 145, 7, True, (False, True, True)),
    SYNCHROMED_EL: (Drive.PERISTALTIC, 18, 1.4, 0.048, 24, 0.006, 50, 0.14, 145, 7, False, (True, True, True)),
    PROMETRA_20: (Drive.VALVE_GATED, 20, 0, 0.002, 28.8, 0.002, 2_000, 0.14, 150, 10, False, (False, False, False)),
    PROMETRA_40: (Drive.VALVE_GATED, 40, 0, 0.002, 28.8, 0.002, 2_000, 0.14, 150, 10, False, (False, False, False)),
}
"""In mL, mL/day, nL a pulse, per mille and years, as a page would print them."""


@MODELS
def test_a_model_is_what_is_written_of_it(model: PumpModel) -> None:
    """Volumes, rates, accuracy, life; what a class is known to do and the reference pump does not."""
    told = (
        model.drive,
        model.capacity_nl / ML,
        model.undeliverable_nl / ML,
        model.rate_min_nl_per_day / ML,
        model.rate_max_nl_per_day / ML,
        model.minimum_rate_nl_per_day / ML,
        model.pulse_nl,
        model.tubing_nl / ML,
        model.accuracy_per_mille,
        model.service_life_ms / (365 * DAY_MS),
        model.senses_stall,
        (model.single_bolus_stops, model.stops_while_updating, model.telemetry_trap),
    )
    assert told == PUBLISHED[model]
    assert model.indicator_to_end_ms == 90 * DAY_MS


@MODELS
def test_every_number_of_a_model_is_one_of_those_it_names(model: PumpModel) -> None:
    """A value that is not among them has no birthplace."""
    named = {number.value for number in model.numbers}
    for field in fields(model):
        value = getattr(model, field.name)
        if isinstance(value, int) and not isinstance(value, bool):
            assert value in named, field.name
    assert all(number.source for number in model.numbers)
    units = {"nL", "nL/pulse", "nL/day", "um", "punctures", "per mille", "ms", "nJ", "nJ/ms", "nJ/nL"}
    assert {number.unit for number in model.numbers} <= units


@MODELS
def test_the_slowest_rate_of_all_is_a_mode_of_its_own(model: PumpModel) -> None:
    """Slower than what can be programmed on a peristaltic pump; of the other kind no slower one is known."""
    assert model.minimum_rate_nl_per_day > 0
    assert model.rate_min_nl_per_day < model.rate_max_nl_per_day
    if model.drive is Drive.PERISTALTIC:
        assert model.minimum_rate_nl_per_day < model.rate_min_nl_per_day


def test_models_are_found_by_their_names() -> None:
    """Seven of them; what invents behaviour has Thecal in its name, the others say class."""
    assert len(PUMP_MODELS) == 7
    for name, model in PUMP_MODELS.items():
        assert model.name == name
        assert ("Thecal" in name) is ("class" not in name)
        assert f" {model.capacity_nl // ML} mL" in name


def test_a_larger_pump_names_its_own_size() -> None:
    """The numbers of the smaller one are exchanged, not kept beside."""
    for small, large in ((REFERENCE_20, REFERENCE_40), (SYNCHROMED_20, SYNCHROMED_40), (PROMETRA_20, PROMETRA_40)):
        assert len(small.numbers) == len(large.numbers)
        changed = [number.name for number in large.numbers if number not in small.numbers]
        assert any("capacity" in name for name in changed)
        assert all("40" in name for name in changed)
    assert [number.name for number in SYNCHROMED_20.numbers if number not in REFERENCE_20.numbers] == [
        "peristaltic_pulse"
    ]
    assert [number.name for number in SYNCHROMED_EL.numbers if number not in SYNCHROMED_20.numbers] == [
        "legacy_capacity"
    ]


def test_the_tubing_volume_has_two_versions() -> None:
    """0.199 mL in the software before 2016, 0.140 mL since: 59 uL of drug that a prime once gave too much."""
    assert TUBING_BEFORE_2016.whole() - TUBING.whole() == 59_000
    assert {model.tubing_nl for model in PUMP_MODELS.values()} == {TUBING.whole()}


def test_no_model_gives_baclofen_on_request_and_one_class_gives_morphine() -> None:
    """As far as anything was found about them."""
    assert {model.name: model.patient_dose_drugs for model in PUMP_MODELS.values() if model.patient_dose_drugs} == {
        PROMETRA_20.name: ("morphine",),
        PROMETRA_40.name: ("morphine",),
    }
