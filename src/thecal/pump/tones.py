"""What an alarm sounds like: one pattern of notes for what is critical, one for what is not.

How long each lasts, and that the one has two tones and the other one, was read on a maker's page. Pitch and order were
not found: they are the reference pump's own, and another pump may sound different.
"""

from dataclasses import dataclass

from thecal.sources import OWN_CHOICE, Grade, Sourced
from thecal.units import SECOND_MS, exact_div

_ADVISORIES_PAGE = "SynchroMed II product advisories page, medtronic.com/patients"
_PITCH = f"{OWN_CHOICE}: pitch and order of the tones; their number and length are the maker's"

CRITICAL_TONES = Sourced(name="critical_tones", value=2, unit="1", source=_ADVISORIES_PAGE, grade="maker")
CRITICAL_SOUND = Sourced(name="critical_sound", value=3, unit="s", source=_ADVISORIES_PAGE, grade="maker")
NON_CRITICAL_TONES = Sourced(name="non_critical_tones", value=1, unit="1", source=_ADVISORIES_PAGE, grade="maker")
NON_CRITICAL_SOUND = Sourced(name="non_critical_sound", value=1, unit="s", source=_ADVISORIES_PAGE, grade="maker")
HIGH_TONE = Sourced(
    name="high_tone",
    value=1800,
    unit="Hz",
    source=f"{OWN_CHOICE}: a small loudspeaker plays it, and ears that lost the highest notes still hear it",
    grade="assumed",
)
LOW_TONE = Sourced(
    name="low_tone",
    value=1200,
    unit="Hz",
    source=f"{OWN_CHOICE}: a fifth below the high tone, which nobody takes for the same",
    grade="assumed",
)
NUMBERS = (CRITICAL_TONES, CRITICAL_SOUND, NON_CRITICAL_TONES, NON_CRITICAL_SOUND, HIGH_TONE, LOW_TONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One pitch for a while; 0 Hz is silence."""

    frequency_hz: int
    lasts_ms: int

    def __post_init__(self) -> None:
        assert self.frequency_hz >= 0, "a pitch is a whole number of vibrations per second"
        assert self.lasts_ms > 0, "a note lasts"


@dataclass(frozen=True, slots=True, kw_only=True)
class TonePattern:
    """The notes of one sound in their order; the grade is that of what is known least."""

    name: str
    notes: tuple[Note, ...]
    source: str
    grade: Grade

    @property
    def lasts_ms(self) -> int:
        """From the first note's beginning to the last one's end."""
        return sum(note.lasts_ms for note in self.notes)


def _pattern(name: str, pitches: tuple[Sourced, ...], *, tones: Sourced, sound: Sourced) -> TonePattern:
    """Notes of equal length that fill the sound."""
    assert len(pitches) == tones.whole(), f"{name} has {tones.shown()} tones"
    each_ms = exact_div(sound.whole() * SECOND_MS, tones.whole())
    notes = tuple(Note(frequency_hz=pitch.whole(), lasts_ms=each_ms) for pitch in pitches)
    made = TonePattern(name=name, notes=notes, source=_PITCH, grade="assumed")
    assert made.lasts_ms == sound.whole() * SECOND_MS, f"{name} lasts {sound.shown()}"
    return made


CRITICAL = _pattern("critical", (HIGH_TONE, LOW_TONE), tones=CRITICAL_TONES, sound=CRITICAL_SOUND)
NON_CRITICAL = _pattern("non-critical", (HIGH_TONE,), tones=NON_CRITICAL_TONES, sound=NON_CRITICAL_SOUND)
PATTERNS = (CRITICAL, NON_CRITICAL)
"""There is no third: a pump that was stopped by its emergency key sounds its critical alarm."""
