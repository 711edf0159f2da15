"""What an alarm sounds like, against the maker's page: two tones in 3 seconds, or a single one of 1 second."""

import pytest

from thecal.pump.tones import CRITICAL, NON_CRITICAL, NUMBERS, PATTERNS, Note


def test_a_critical_alarm_is_two_different_tones_in_three_seconds() -> None:
    """As the maker says of its pump; neither is silence."""
    first, second = CRITICAL.notes
    assert len({first.frequency_hz, second.frequency_hz, 0}) == 3
    assert CRITICAL.lasts_ms == 3000


def test_another_alarm_is_one_tone_of_one_second() -> None:
    """As the maker says of its pump."""
    (note,) = NON_CRITICAL.notes
    assert note.frequency_hz > 0
    assert NON_CRITICAL.lasts_ms == note.lasts_ms == 1000


def test_a_pitch_that_nobody_read_makes_the_sound_assumed() -> None:
    """Lengths and counts are the maker's; pitches are assumed, and so is each whole."""
    assert {number.grade for number in NUMBERS if number.unit == "Hz"} == {"assumed"}
    assert {number.grade for number in NUMBERS if number.unit != "Hz"} == {"maker"}
    assert {pattern.grade for pattern in PATTERNS} == {"assumed"}


@pytest.mark.parametrize(("frequency_hz", "lasts_ms"), [(-1, 100), (1000, 0), (1000, -1)])
def test_a_note_that_cannot_sound_is_not_made(frequency_hz: int, lasts_ms: int) -> None:
    """A pitch is not negative, and a note takes time; silence is a note."""
    assert Note(frequency_hz=0, lasts_ms=1)
    with pytest.raises(AssertionError):
        Note(frequency_hz=frequency_hz, lasts_ms=lasts_ms)
