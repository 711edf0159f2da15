"""The sound files, read back: their length to the sample, their pitch by its zero crossings, no click, same bytes."""

import wave
from array import array
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from math import sin, tau

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thecal.figures.tones import FADE_SAMPLES, LOUDEST, SAMPLES_PER_S, SINE, wav
from thecal.pump.tones import PATTERNS, Note, TonePattern

DIGESTS = {
    "critical": "37c2d5c2fa7b183a3616806524f7c2d1b25599ce64d7823e1c3714ad152ca9a1",
    "non-critical": "01e854f2f7cbb8c745140ea32024ab6393913767bfead57d7ca394219926f0d1",
}


def pattern_of(*notes: tuple[int, int]) -> TonePattern:
    """A sound of (Hz, ms)."""
    made = tuple(Note(frequency_hz=frequency_hz, lasts_ms=lasts_ms) for frequency_hz, lasts_ms in notes)
    return TonePattern(name="test", notes=made, source="a test", grade="assumed")


def heard(content: bytes) -> list[int]:
    """The samples of a 16-bit mono file."""
    with wave.open(BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLES_PER_S)
        return array("h", file.readframes(file.getnframes())).tolist()


def notes_of(samples: list[int], pattern: TonePattern) -> list[list[int]]:
    """The samples cut where one note ends and the next begins."""
    cut, rest = [], samples
    for note in pattern.notes:
        count = note.lasts_ms * SAMPLES_PER_S // 1000
        cut.append(rest[:count])
        rest = rest[count:]
    assert rest == []
    return cut


def crossings(samples: list[int]) -> int:
    """How often the sign changes."""
    signs = [sample > 0 for sample in samples if sample]
    return sum(one != other for one, other in pairwise(signs))


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_each_note_has_its_pitch_and_its_length(pattern: TonePattern) -> None:
    """A vibration crosses zero twice; 16 samples make a millisecond."""
    samples = heard(wav(pattern))
    assert len(samples) == 16 * sum(note.lasts_ms for note in pattern.notes)
    for note, cut in zip(pattern.notes, notes_of(samples, pattern), strict=True):
        assert abs(crossings(cut) * 500 / note.lasts_ms - note.frequency_hz) <= 1
        assert max(map(abs, cut)) > LOUDEST * 99 // 100


@given(
    notes=st.lists(st.tuples(st.just(0) | st.integers(100, 4000), st.integers(50, 300)), min_size=1, max_size=4).map(
        tuple
    )
)
@settings(max_examples=40, deadline=None)
def test_any_sound_has_its_length_and_no_click(notes: tuple[tuple[int, int], ...]) -> None:
    """It starts and ends in silence, and no step is steeper than the highest pitch makes one."""
    pattern = pattern_of(*notes)
    samples = heard(wav(pattern))
    assert len(samples) == sum(lasts_ms for _, lasts_ms in notes) * SAMPLES_PER_S // 1000
    assert samples[0] == samples[-1] == 0
    steepest = LOUDEST * tau * max(frequency_hz for frequency_hz, _ in notes) / SAMPLES_PER_S
    swelling = LOUDEST / FADE_SAMPLES
    steps = [abs(after - before) for before, after in pairwise(samples)]
    assert max(steps) <= steepest + swelling + 2
    for (frequency_hz, _), cut in zip(notes, notes_of(samples, pattern), strict=True):
        assert frequency_hz or not any(cut)


def test_a_note_above_what_the_samples_hold_is_not_made() -> None:
    """It would be heard as another one."""
    with pytest.raises(AssertionError, match="8000 Hz"):
        wav(pattern_of((8000, 100)))


def test_no_machine_can_round_a_sample_differently() -> None:
    """Every value of the table is further from a half than any library's sine can err."""
    exact = [LOUDEST * sin(tau * step / SAMPLES_PER_S) for step in range(SAMPLES_PER_S)]
    assert min(abs(abs(value - rounded) - 0.5) for value, rounded in zip(exact, SINE, strict=True)) > 1e-6


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_the_bytes_are_the_same_everywhere(pattern: TonePattern) -> None:
    """A file that was written on another machine can be compared byte by byte."""
    assert sha256(wav(pattern)).hexdigest() == DIGESTS[pattern.name]
