"""What an alarm sounds like, against the maker's page: two tones in 3 seconds, or a single one of 1 second."""

import pytest

from thecal.pump.alarms import Alarm
from thecal.pump.tones import CRITICAL, NON_CRITICAL, NUMBERS, PATTERNS, Note, tone_of


def test_a_critical_alarm_is_two_different_tones_in_three_seconds() -> None:
    """As the maker says of its pump; neither is silence."""
    first, second = tone_of(True).notes
    assert len({first.frequency_hz, second.frequency_hz, 0}) == 3
    assert tone_of(True).lasts_ms == 3000


def test_another_alarm_is_one_tone_of_one_second() -> None:
    """As the maker says of its pump."""
    (note,) = tone_of(False).notes
    assert note.frequency_hz > 0
    assert tone_of(False).lasts_ms == note.lasts_ms == 1000


@pytest.mark.parametrize("alarm", Alarm)
def test_every_alarm_has_one_of_the_sounds(alarm: Alarm) -> None:
    """Both are used, and none sounds like the other kind."""
    assert tone_of(alarm.is_critical) is (CRITICAL if alarm.is_critical else NON_CRITICAL)


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
