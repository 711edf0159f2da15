"""One value, one text, one digest; and nothing is read as a record that is not exactly one."""

import dataclasses
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.records import drawn, is_plain, records_of

from thecal.canonical import canonical_json, digest, from_plain, record_digest, to_plain
from thecal.errors import OurFault, TheirFault
from thecal.pump.bolus import BridgeBolus
from thecal.pump.commands import Update
from thecal.pump.events import Event, EventKind
from thecal.pump.infusion import FlexDay, FlexSchedule, FlexStep, InfusionMode, Program, SimpleContinuous
from thecal.pump.states import State

ALL_RECORDS = sorted(records_of("thecal.pump"), key=lambda kind: kind.__qualname__)
PUMP_RECORDS = [kind for kind in ALL_RECORDS if is_plain(kind)]
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
GOLDEN = Update(
    program=Program(
        drug="baclofen",
        concentration_pg_per_nl=2_000,
        infusion_mode=SimpleContinuous(rate_nl_per_day=150_000),
        low_reservoir_alarm_nl=2_000_000,
        catheter_nl=195_800,
        tubing_nl=140_000,
        utc_offset_min=60,
        ceiling_nl_per_day=24_000_000,
        patient_dose=None,
    ),
    reservoir_nl=20_000_000,
    bolus=BridgeBolus(volume_nl=335_800, rate_nl_per_day=600_000, concentration_pg_per_nl=500),
)
GOLDEN_BYTES = (
    b'{"bolus":{"concentration_pg_per_nl":500,"rate_nl_per_day":600000,"type":"BridgeBolus","volume_nl":335800},'
    b'"program":{"catheter_nl":195800,"ceiling_nl_per_day":24000000,"concentration_pg_per_nl":2000,"drug":"baclofen",'
    b'"infusion_mode":{"rate_nl_per_day":150000,"type":"SimpleContinuous"},"low_reservoir_alarm_nl":2000000,'
    b'"patient_dose":null,"tubing_nl":140000,"type":"Program","utc_offset_min":60},"reservoir_nl":20000000,"type":"Update"}'
)


def step(**changed: object) -> dict[str, object]:
    """A flex step as plain data, with some entries changed."""
    return {"type": "FlexStep", "start_ms": 0, "rate_nl_per_day": 48_000, **changed}


def test_a_reviewed_update_has_these_bytes_for_ever() -> None:
    """The worked concentration change, written by hand: a new version that digests it otherwise breaks old reviews."""
    assert canonical_json(to_plain(GOLDEN)) == GOLDEN_BYTES
    assert GOLDEN.digest() == hashlib.sha256(GOLDEN_BYTES).hexdigest()


def test_only_tables_and_bytes_have_no_plain_form() -> None:
    """What a pump holds, is asked or answers can be written down: all but the models' table and raw memory."""
    held = {kind.__name__ for kind in ALL_RECORDS if not is_plain(kind)}
    assert held == {"Contents", "Image", "PumpModel", "TonePattern", "Write"}


@pytest.mark.parametrize("kind", PUMP_RECORDS)
@settings(max_examples=25)
@given(data=st.data())
def test_every_pump_record_survives_the_journey(kind: type, data: st.DataObject) -> None:
    """To plain data, to text, and back: the same record, by way of the very JSON that a file would hold."""
    record = data.draw(drawn(kind))
    back: object = from_plain(kind, json.loads(canonical_json(to_plain(record))))
    assert back == record
    assert record_digest(back) == record_digest(record)


@pytest.mark.parametrize("kind", PUMP_RECORDS)
@settings(max_examples=10)
@given(data=st.data())
def test_every_field_is_in_the_digest(kind: type, data: st.DataObject) -> None:
    """A record that differs from another in one field alone has another digest."""
    record, other = data.draw(drawn(kind)), data.draw(drawn(kind))
    for field in dataclasses.fields(kind):
        try:
            changed = dataclasses.replace(record, **{field.name: getattr(other, field.name)})
        except AssertionError:
            continue  # two fields that bound one another
        assert (record_digest(changed) == record_digest(record)) == (changed == record)


@pytest.mark.parametrize("kind", PUMP_RECORDS)
@settings(max_examples=10)
@given(data=st.data())
def test_a_missing_an_unknown_and_a_misnamed_field_are_their_fault(kind: type, data: st.DataObject) -> None:
    """A record is exactly its fields."""
    plain = to_plain(data.draw(drawn(kind)))
    wrong = [{**plain, "surprise": 1}, {**plain, "type": "Nothing"}]
    wrong += [{key: item for key, item in plain.items() if key != missing} for missing in plain]
    for candidate in wrong:
        with pytest.raises(TheirFault):
            from_plain(kind, candidate)


@given(PLAIN)
def test_anything_is_a_record_or_their_fault(plain: object) -> None:
    """No plain value, however shaped, crashes the reader."""
    for kind in (Update, Event, FlexSchedule):
        with pytest.raises(TheirFault):
            from_plain(kind, plain)


@given(value=PLAIN, order=st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value: Any, order: Any) -> None:
    """One value has one text, which JSON reads back as that value."""

    def shuffled(item: Any) -> Any:
        if isinstance(item, dict):
            keys = list(item)
            order.shuffle(keys)
            return {key: shuffled(item[key]) for key in keys}
        return [shuffled(inner) for inner in item] if isinstance(item, list) else item

    assert canonical_json(shuffled(value)) == canonical_json(value)
    assert json.loads(canonical_json(value)) == value
    assert digest(value) == hashlib.sha256(canonical_json(value)).hexdigest()


def test_true_is_not_one_and_one_is_not_true() -> None:
    """Python thinks that they are equal; a record does not."""
    with pytest.raises(TheirFault, match="a whole number"):
        from_plain(FlexStep, step(start_ms=False))
    assert canonical_json(True) != canonical_json(1)


@pytest.mark.parametrize("start", [0.0, "0", None, [], {}, 2**63, -(2**63), 10**400, -1, 86_400_000])
def test_a_step_starts_at_a_whole_millisecond_of_the_day(start: object) -> None:
    """Another type, more than 64 bits, and what the record's own check refuses: all of it is their fault."""
    with pytest.raises(TheirFault, match="FlexStep"):
        from_plain(FlexStep, step(start_ms=start))


def test_the_error_names_the_place() -> None:
    """The second step of the first day is where to look."""
    plain = {"type": "FlexSchedule", "days": [{"type": "FlexDay", "steps": [step(), step(start_ms="noon")]}]}
    with pytest.raises(TheirFault, match=r"FlexSchedule\.days\[0\]\.steps\[1\]\.start_ms: expected a whole number"):
        from_plain(FlexSchedule, plain)


def test_a_schedule_with_two_steps_at_one_instant_is_their_fault() -> None:
    """What cannot be written as a record cannot be read as one either."""
    with pytest.raises(TheirFault, match="steps follow one another"):
        from_plain(FlexDay, {"type": "FlexDay", "steps": [step(), step()]})


def test_a_union_takes_its_own_records_only() -> None:
    """An infusion mode is one of four; a bolus is none of them."""
    mode = {"type": "SimpleContinuous", "rate_nl_per_day": 1}
    modes: Any = InfusionMode
    assert from_plain(modes, mode) == SimpleContinuous(rate_nl_per_day=1)
    for wrong in ({**mode, "type": "SingleBolus"}, {"type": ["SimpleContinuous"]}, "SimpleContinuous", None, 1):
        with pytest.raises(TheirFault, match="expected"):
            from_plain(modes, wrong)


def test_an_enum_is_read_by_its_name_and_never_by_its_number() -> None:
    """Numbers are for us; names are what a log line says."""
    event = to_plain(
        Event(schema=1, sequence=0, at_ms=0, kind=EventKind.STOPPED, detail="-", previous="-", previous_fault="-")
    )
    assert event["kind"] == "STOPPED"
    for wrong in (EventKind.STOPPED.value, "stopped", "NOTHING", None, "__class__"):
        with pytest.raises(TheirFault, match="one of MANUFACTURED, "):
            from_plain(Event, {**event, "kind": wrong})


def test_half_a_character_is_their_fault() -> None:
    """JSON can spell half of a surrogate pair, and no UTF-8 text can hold it."""
    event = to_plain(
        Event(schema=1, sequence=0, at_ms=0, kind=EventKind.STOPPED, detail="-", previous="-", previous_fault="-")
    )
    with pytest.raises(TheirFault, match=r"Event\.detail: a text with half a character"):
        from_plain(Event, {**event, "detail": json.loads('"\\ud800"')})


@dataclasses.dataclass(frozen=True)
class _Pair:
    """A tuple of fixed length, and a field of no record's kind."""

    both: tuple[int, str]


@dataclasses.dataclass(frozen=True)
class _Loose:
    weight: float


def test_a_tuple_of_fixed_length_has_that_length() -> None:
    """Two is not one and not three."""
    assert from_plain(_Pair, {"type": "_Pair", "both": [1, "a"]}) == _Pair((1, "a"))
    for wrong in ([1], [1, "a", 2], ["a", 1], "ab"):
        with pytest.raises(TheirFault, match=r"_Pair\.both"):
            from_plain(_Pair, {"type": "_Pair", "both": wrong})


@pytest.mark.parametrize("value", [1.5, {"a": [1, 2.0]}, 2**63, "\ud800", {"\ud800": 1}, b"bytes", {1, 2}])
def test_what_has_no_canonical_text_is_our_fault(value: Any) -> None:
    """A fraction, more than 64 bits, half a character, or something that is not plain."""
    with pytest.raises(OurFault):
        canonical_json(value)


def test_a_record_with_a_float_is_our_fault() -> None:
    """It can neither be written nor read."""
    with pytest.raises(OurFault, match="no floats"):
        to_plain(_Loose(weight=1.5))
    with pytest.raises(OurFault, match="cannot hold"):
        from_plain(_Loose, {"type": "_Loose", "weight": 1})


def test_an_object_without_plain_form_is_our_fault() -> None:
    """A class is not a record, and neither is any object that happens along."""
    for thing in (State, object()):
        with pytest.raises(OurFault, match="has no plain form"):
            to_plain(thing)
