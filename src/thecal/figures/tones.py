"""A pattern of tones as a sound file: 16-bit mono WAV, the same bytes on every machine."""

import wave
from array import array
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from math import sin, tau

from thecal.pump.tones import Note, TonePattern
from thecal.units import SECOND_MS, exact_div

SAMPLES_PER_S = 16_000
LOUDEST = 12_000
"""Of 32 767: plain to hear, and no loudspeaker rattles."""
FADE_SAMPLES = 128
"""8 ms, in which a note swells and dies away: a hard edge would click."""
SINE = tuple(round(LOUDEST * sin(tau * step / SAMPLES_PER_S)) for step in range(SAMPLES_PER_S))
"""One vibration. None of its values lies so near to a half that two machines could round it differently."""


def wav(pattern: TonePattern) -> bytes:
    """The sound as a WAV file's content."""
    samples = array("h", chain.from_iterable(_samples(note) for note in pattern.notes))
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLES_PER_S)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def _samples(note: Note) -> Iterator[int]:
    """The note's samples. It begins and ends in silence, so that notes follow one another without a click."""
    assert 2 * note.frequency_hz < SAMPLES_PER_S, f"{note.frequency_hz} Hz is above what {SAMPLES_PER_S} samples hold"
    count = exact_div(note.lasts_ms * SAMPLES_PER_S, SECOND_MS)
    for index in range(count):
        gain = min(index, count - 1 - index, FADE_SAMPLES)
        yield SINE[note.frequency_hz * index % SAMPLES_PER_S] * gain // FADE_SAMPLES
