"""What a patient or carer notices, and when they telephone.

They look once an hour, at a minute of their own. A sign that lasts is told after a delay that is keyed by the patient
and the occasion, and only in waking hours. A caller names whatever is the case at that moment, in a caller's words:
nobody at home can tell one alarm of the pump from another.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from thecal.rehearsal.chance import between, fraction
from thecal.sources import OWN_CHOICE, Sourced
from thecal.units import DAY_MS, HOUR_MS, MINUTE_MS

_OURS = f"{OWN_CHOICE}; no measurement was found"

WAKES = Sourced(name="wakes", value=7 * HOUR_MS, unit="ms after local midnight", source=_OURS, grade="assumed")
SLEEPS = Sourced(name="sleeps", value=22 * HOUR_MS, unit="ms after local midnight", source=_OURS, grade="assumed")
STIFF_BELOW = Sourced(name="stiff_below", value=0.6, unit="of usual suppression", source=_OURS, grade="assumed")
ITCHES_BELOW = Sourced(
    name="itches_below",
    value=0.5,
    unit="of usual suppression",
    source=f"{OWN_CHOICE}; that itch comes early in withdrawal: neurosurgerywiki.com, intrathecal baclofen withdrawal",
    grade="assumed",
)
FEELS_TREATED = Sourced(name="feels_treated", value=0.2, unit="suppression", source=_OURS, grade="assumed")
SLEEPY_ABOVE = Sourced(
    name="sleepy_above",
    value=200.0,
    unit="ng/mL in the cisterns, times tolerance",
    source=f"{OWN_CHOICE}: half-effect concentration of sedation, guessed for the order of effects",
    grade="assumed",
)
GETS_USED_TO = Sourced(name="gets_used_to", value=14 * 24, unit="h", source=_OURS, grade="assumed")


class Sign(Enum):
    """What can be noticed at home."""

    BEEP = auto()
    STIFF = auto()
    ITCH = auto()
    SLEEPY = auto()


def _delay(sign: Sign, name: str, hours: int) -> tuple[Sign, Sourced]:
    return sign, Sourced(name=name, value=hours * HOUR_MS, unit="ms", source=_OURS, grade="assumed")


TELLS_WITHIN = dict(
    (
        _delay(Sign.BEEP, "beep_told_within", 24),  # quiet, and mistaken for toys (rch.org.au, ITB guideline)
        _delay(Sign.STIFF, "stiffness_told_within", 8),
        _delay(Sign.ITCH, "itch_told_within", 6),
        _delay(Sign.SLEEPY, "sleepiness_told_within", 3),
    )
)
"""The longest time from a sign to the wish to telephone; the delay is spread evenly up to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What there is to notice at one moment."""

    at_ms: int
    beeping: bool
    suppression: float
    cisternal_ng_per_ml: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What somebody at home has in mind: the usual suppression, the signs and since when, and which were told."""

    usual: float
    since: dict[Sign, int] = field(default_factory=dict)
    told: frozenset[Sign] = frozenset()

    def to_plain(self) -> dict[str, object]:
        """Plain data for JSON."""
        since = {sign.name: at_ms for sign, at_ms in self.since.items()}
        return {"usual": self.usual, "since": since, "told": sorted(sign.name for sign in self.told)}

    @staticmethod
    def from_plain(plain: dict[str, object]) -> "Watch":
        """What `to_plain` gave."""
        usual, since, told = plain["usual"], plain["since"], plain["told"]
        assert isinstance(usual, float | int), "the usual suppression is a number"
        assert isinstance(since, dict), "signs begin at a time"
        assert isinstance(told, list), "signs are told by name"
        return Watch(
            usual=float(usual),
            since={Sign[name]: at_ms for name, at_ms in since.items()},
            told=frozenset(Sign[name] for name in told),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One telephone call: who, when, and their words. `signs` is what the words say, for a page to sort by."""

    patient_key: str
    at_ms: int
    by: str
    words: str
    signs: tuple[Sign, ...]


def first_look_ms(seed: int, patient_key: str, after_ms: int) -> int:
    """The first look later than `after_ms`; looks come every hour."""
    minute = between(0, 60, fraction(seed, patient_key, "the minute of the hour at which somebody looks"))
    offset_ms = minute * MINUTE_MS
    return after_ms - (after_ms - offset_ms) % HOUR_MS + HOUR_MS


def notice(watch: Watch, look: Look, *, seed: int, patient_key: str, tolerance: float, utc_offset_min: int) -> Watch:
    """The watch after a look. Where somebody now telephones, `told` holds every sign there is (see `calls`)."""
    present = _signs(watch.usual, look, tolerance)
    since = {sign: watch.since.get(sign, look.at_ms) for sign in Sign if sign in present}
    told = watch.told & present
    if _is_awake(look.at_ms, utc_offset_min):
        untold = present - told
        due_ms = [since[sign] + _told_after_ms(seed, patient_key, sign, since[sign]) for sign in untold]
        told = present if any(at_ms <= look.at_ms for at_ms in due_ms) else told
    usual = watch.usual + (look.suppression - watch.usual) / GETS_USED_TO.value
    return Watch(usual=usual, since=since, told=told)


def calls(before: Watch, after: Watch) -> bool:
    """Whether the look between the two ended in a telephone call."""
    return bool(after.told - before.told)


def words(signs: tuple[Sign, ...], pronoun: str) -> str:
    """The caller's sentence.

    >>> words((Sign.BEEP, Sign.STIFF, Sign.ITCH), "he")
    'It beeps every hour, he is stiff and itching.'
    """
    verb = {"I": "am", "they": "are"}.get(pronoun, "is")
    feels = [text for sign, text in _FEELS.items() if sign in signs]
    parts = ["it beeps every hour"] if Sign.BEEP in signs else []
    parts += [f"{pronoun} {verb} {_listed(feels)}"] if feels else []
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:] + "."


_FEELS = {Sign.STIFF: "stiff", Sign.ITCH: "itching", Sign.SLEEPY: "very sleepy and floppy"}


def _listed(items: list[str]) -> str:
    return " and ".join((", ".join(items[:-1]), items[-1])) if len(items) > 1 else items[0]


def _signs(usual: float, look: Look, tolerance: float) -> frozenset[Sign]:
    treated = usual >= FEELS_TREATED.value
    present = {
        Sign.BEEP: look.beeping,
        Sign.STIFF: treated and look.suppression < STIFF_BELOW.value * usual,
        Sign.ITCH: treated and look.suppression < ITCHES_BELOW.value * usual,
        Sign.SLEEPY: look.cisternal_ng_per_ml > SLEEPY_ABOVE.value * tolerance,
    }
    return frozenset(sign for sign, is_there in present.items() if is_there)


def _told_after_ms(seed: int, patient_key: str, sign: Sign, since_ms: int) -> int:
    share = fraction(seed, patient_key, f"{sign.name} is told", since_ms)
    return between(0, TELLS_WITHIN[sign].whole(), share)


def _is_awake(at_ms: int, utc_offset_min: int) -> bool:
    of_day_ms = (at_ms + utc_offset_min * MINUTE_MS) % DAY_MS
    return WAKES.whole() <= of_day_ms < SLEEPS.whole()
