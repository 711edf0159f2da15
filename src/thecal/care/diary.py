"""A diary entry from home: what it asks for, and whom to call. Nobody reads the diary at night.

The entry itself is never refused. What nobody answered is asked again, and never counts as no.
"""

from dataclasses import dataclass
from enum import Enum

from thecal.findings import Finding, Rule, Severity, Urgency, most_urgent
from thecal.sources import OWN_CHOICE, Sourced, register

_TEACHING = "Children's Wisconsin teaching sheet 1227, childrenswi.org; baclofenpump.com"
_ALARMS = "Gillette discharge information, gillettechildrens.org"
_WOUND = "infection 6.9 % per operation in 341 children, PMC6808077"

VERY_STIFF = Sourced(
    name="diary_very_stiff",
    value=8,
    unit="of 10",
    source=f"{OWN_CHOICE}: what somebody means who says very stiff",
    grade="assumed",
)
SCALE_TOP = 10
NUMBERS = register(VERY_STIFF)

EMERGENCY = "Ring the emergency number now. Then ring the pump clinic."
CLINIC_NOW = "Ring the pump clinic now, at night too. Nobody reads this diary at night."
CLINIC_TODAY = "Ring the pump clinic today. Nobody reads this diary at night."


class AlarmSound(Enum):
    """What somebody hears from the pump. `UNCLEAR` is a sound of which they cannot say which it is."""

    SILENT = "silent"
    SINGLE = "single"
    TWO_TONE = "two_tone"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One day as somebody at home wrote it; None where they did not know, or did not say.

    `spasms` since yesterday; `stiffness` and `pain` from 0 to 10; `slept_min` in minutes. `stiffer` is more than usual,
    `sleepy` includes a faint, a fit and being hard to wake, `weak` is weakness or tingling that is new.
    """

    spasms: int | None = None
    stiffness: int | None = None
    pain: int | None = None
    slept_min: int | None = None
    stiffer: bool | None = None
    itch: bool | None = None
    sleepy: bool | None = None
    breathing: bool | None = None
    fever: bool | None = None
    wound: bool | None = None
    weak: bool | None = None
    alarm: AlarmSound | None = None

    def __post_init__(self) -> None:
        for score in (self.stiffness, self.pain):
            assert score is None or 0 <= score <= SCALE_TOP, "a score is a number from 0 to 10"
        assert self.spasms is None or self.spasms >= 0, "nobody has fewer than no spasms"
        assert self.slept_min is None or 0 <= self.slept_min <= 24 * 60, "a day has 24 hours"


BREATHING = Rule(
    name="diary.breathing",
    severity=Severity.NOTE,
    asks="Slow or hard breathing is an emergency.",
    source=_TEACHING,
    grade="paper",
)
SLEEPY = Rule(
    name="diary.sleepy",
    severity=Severity.NOTE,
    asks="A person who is very sleepy, faints, has a fit or is hard to wake is an emergency.",
    source=_TEACHING,
    grade="paper",
)
WEAK = Rule(
    name="diary.weak",
    severity=Severity.NOTE,
    asks="New weakness or tingling may be too much baclofen, or too little, and cannot wait for the morning.",
    source=_TEACHING,
    grade="paper",
)
WITHDRAWAL = Rule(
    name="diary.withdrawal",
    severity=Severity.NOTE,
    asks="Stiffer than usual and itching is withdrawal until shown otherwise.",
    source=_TEACHING,
    grade="paper",
)
STIFF = Rule(
    name="diary.very_stiff",
    severity=Severity.NOTE,
    asks="Stiffer than usual, and very stiff, is an emergency.",
    source=_TEACHING,
    grade="paper",
    numbers=(VERY_STIFF,),
)
STIFFER = Rule(
    name="diary.stiffer_or_itch",
    severity=Severity.NOTE,
    asks="Stiffer than usual, or itching, may be the start of withdrawal: the clinic hears of it the same day.",
    source=_TEACHING,
    grade="paper",
)
FEVER = Rule(
    name="diary.fever",
    severity=Severity.NOTE,
    asks="A fever may be withdrawal or an infection, and cannot wait for the morning.",
    source=_TEACHING,
    grade="paper",
)
WOUND = Rule(
    name="diary.wound",
    severity=Severity.NOTE,
    asks="A wound that is red, swollen, open or leaking is shown to the clinic at once.",
    source=_WOUND,
    grade="paper",
)
ALARM = Rule(
    name="diary.alarm",
    severity=Severity.NOTE,
    asks="Two tones, or a sound of an unknown kind: the pump may have stopped.",
    source=_ALARMS,
    grade="paper",
)
BEEP = Rule(
    name="diary.beep",
    severity=Severity.NOTE,
    asks="A single beep: little drug is left, or the pump is due for replacement.",
    source=_ALARMS,
    grade="paper",
)
NOT_KNOWN = Rule(
    name="diary.not_known",
    severity=Severity.NOTE,
    asks="What nobody answered is asked again the same day; not known is not no.",
    source=f"{OWN_CHOICE}: an unanswered question about a danger is still open",
    grade="assumed",
)
RULES = (BREATHING, SLEEPY, WEAK, WITHDRAWAL, STIFF, STIFFER, FEVER, WOUND, ALARM, BEEP, NOT_KNOWN)

ASKED = {
    "breathing": "how the breathing is",
    "sleepy": "whether somebody is too sleepy",
    "weak": "whether weakness or tingling is new",
    "fever": "whether there is a fever",
    "wound": "how the wound looks",
    "stiffer": "whether it is stiffer than usual",
    "itch": "whether the skin itches",
    "alarm": "whether the pump beeps",
}
"""The entries that can be a red flag, as the page names them when they were left open."""


def judge_entry(entry: DiaryEntry) -> list[Finding]:
    """Every red flag of one entry, most urgent first, and what was left open. Nothing here stops anything.

    >>> quiet = dict(stiffer=False, itch=False, sleepy=False, breathing=False, fever=False, wound=False, weak=False)
    >>> judge_entry(DiaryEntry(**quiet, alarm=AlarmSound.SILENT, stiffness=9, pain=4, spasms=12))
    []
    >>> def flags(**said):
    ...     entry = DiaryEntry(**(quiet | {"alarm": AlarmSound.SILENT} | said))
    ...     return [(finding.rule, finding.urgency.name) for finding in judge_entry(entry)]
    >>> flags(breathing=True, sleepy=True)
    [('diary.breathing', 'NOW'), ('diary.sleepy', 'NOW')]
    >>> flags(stiffer=True, itch=True, stiffness=8)
    [('diary.withdrawal', 'NOW'), ('diary.very_stiff', 'NOW')]
    >>> flags(itch=True), flags(weak=True)
    ([('diary.stiffer_or_itch', 'TODAY')], [('diary.weak', 'NOW')])
    >>> flags(fever=True, wound=True)
    [('diary.fever', 'NOW'), ('diary.wound', 'NOW')]
    >>> flags(alarm=AlarmSound.UNCLEAR), flags(alarm=AlarmSound.SINGLE)
    ([('diary.alarm', 'NOW')], [('diary.beep', 'TODAY')])
    >>> flags(breathing=None)
    [('diary.not_known', 'TODAY')]
    """
    found = [*_sleep_and_breath(entry), *_stiff_and_itch(entry), *_fever_and_wound(entry), *_sound(entry)]
    found += _left_open(entry)
    return sorted(found, key=lambda finding: -(finding.urgency or 0))


def whom_to_call(findings: list[Finding]) -> str:
    """The one sentence that says whom to call; empty where nothing is urgent.

    >>> whom_to_call(judge_entry(DiaryEntry()))
    'Ring the pump clinic today. Nobody reads this diary at night.'
    >>> whom_to_call([])
    ''
    """
    urgency = most_urgent(findings)
    if any(finding.remedy == EMERGENCY for finding in findings):
        return EMERGENCY
    return {Urgency.NOW: CLINIC_NOW, Urgency.TODAY: CLINIC_TODAY}.get(urgency or Urgency.NEXT_VISIT, "")


def _flag(rule: Rule, field: str, says: str, remedy: str) -> Finding:
    urgency = Urgency.TODAY if remedy == CLINIC_TODAY else Urgency.NOW
    return rule.finding(field=field, says=says, remedy=remedy, urgency=urgency)


def _sleep_and_breath(entry: DiaryEntry) -> list[Finding]:
    found = []
    if entry.breathing:
        found.append(_flag(BREATHING, "breathing", "Slow or hard breathing may be too much baclofen.", EMERGENCY))
    if entry.sleepy:
        says = "Very sleepy, a faint or a fit may be too much baclofen."
        found.append(_flag(SLEEPY, "sleepy", says, EMERGENCY))
    if entry.weak:
        says = "New weakness or tingling may be too much baclofen. It can also be too little."
        found.append(_flag(WEAK, "weak", says, EMERGENCY))
    return found


def _stiff_and_itch(entry: DiaryEntry) -> list[Finding]:
    """Stiffness against the usual, for some people are very stiff every day."""
    found = []
    if entry.stiffer and entry.itch:
        says = "Stiffer than usual and itching may be too little baclofen."
        found.append(_flag(WITHDRAWAL, "itch", says, CLINIC_NOW))
    elif entry.stiffer or entry.itch:
        says = "Stiffer than usual, or itching, may be the start of too little baclofen."
        found.append(_flag(STIFFER, "stiffer" if entry.stiffer else "itch", says, CLINIC_TODAY))
    if entry.stiffer and entry.stiffness is not None and entry.stiffness >= VERY_STIFF.whole():
        found.append(_flag(STIFF, "stiffness", "Very stiff may be too little baclofen.", EMERGENCY))
    return found


def _fever_and_wound(entry: DiaryEntry) -> list[Finding]:
    found = []
    if entry.fever:
        says = "A fever may be too little baclofen. It can also be an infection."
        found.append(_flag(FEVER, "fever", says, CLINIC_NOW))
    if entry.wound:
        says = "A wound that is red, swollen, open or wet may be infected."
        found.append(_flag(WOUND, "wound", says, CLINIC_NOW))
    return found


def _sound(entry: DiaryEntry) -> list[Finding]:
    match entry.alarm:
        case AlarmSound.TWO_TONE | AlarmSound.UNCLEAR:
            says = "Two tones mean that the pump may have stopped. Treat a sound you cannot name as two tones."
            return [_flag(ALARM, "alarm", says, CLINIC_NOW)]
        case AlarmSound.SINGLE:
            says = "One beep means little drug is left, or the pump is due to be changed."
            return [_flag(BEEP, "alarm", says, CLINIC_TODAY)]
    return []


def _left_open(entry: DiaryEntry) -> list[Finding]:
    """One line for all that was not answered."""
    open_ = [name for name in ASKED if getattr(entry, name) is None]
    if not open_:
        return []
    says = f"Not known: {', '.join(ASKED[name] for name in open_)}. Look again, or ask somebody to look."
    return [_flag(NOT_KNOWN, open_[0], says, CLINIC_TODAY)]


QUESTIONS = {"diary.entry": (DiaryEntry, judge_entry)}
