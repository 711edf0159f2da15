"""What a forecast may add to a record: a note, never more, and never a note less.

A forecast is of people in general, by numbers that nobody measured in this person. So it may warn where they would be
drowsy, breathe badly or go into withdrawal; where it predicts none of this it says nothing at all.
"""

from dataclasses import dataclass

from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import NO_BREAK_SPACE, show_duration

STAGES = ("no sign", "early signs", "severe signs", "grave signs")
"""Of withdrawal, by the number of the stage."""

DROWSY = Sourced(
    name="drowsiness_worth_a_note",
    value=500,
    unit="per mille",
    source=f"{OWN_CHOICE}: the level at the brainstem is then at its half-effect concentration, a placeholder",
    grade="assumed",
)
BREATHING = Sourced(
    name="breathing_risk_worth_a_note",
    value=100,
    unit="per mille",
    source=f"{OWN_CHOICE}: of what can kill within hours, a tenth at the upper end of the band is worth a note",
    grade="assumed",
)
NUMBERS = register(DROWSY, BREATHING)

DROWSINESS = Rule(
    name="forecast.drowsiness",
    severity=Severity.NOTE,
    asks="Where the typical person is predicted to be drowsy, somebody watches.",
    source=f"{OWN_CHOICE}: drowsiness comes before the loss of breath",
    grade="assumed",
    numbers=(DROWSY,),
)
BREATH = Rule(
    name="forecast.breathing",
    severity=Severity.NOTE,
    asks="Where some virtual patients are predicted to breathe badly, somebody watches.",
    source=f"{OWN_CHOICE}: too much baclofen stops breathing within hours",
    grade="assumed",
    numbers=(BREATHING,),
)
WITHDRAWAL = Rule(
    name="forecast.withdrawal",
    severity=Severity.NOTE,
    asks="Where some virtual patients are predicted to go into withdrawal, it is decided beforehand who is called.",
    source=f"{OWN_CHOICE}: withdrawal shows in the days after, when the person is at home",
    grade="assumed",
)
RULES = (DROWSINESS, BREATH, WITHDRAWAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The worst of a forecast: chances in per mille, the stage of withdrawal by number.

    Drowsiness is that of the typical person, the others are at the upper end of the band. `withdrawal_after_ms` is when
    that end first leaves stage 0, from the first moment on; None where it never does, or where nobody looked.
    """

    drowsy_per_mille: int
    breathing_per_mille: int
    withdrawal_stage: int
    withdrawal_after_ms: int | None


def judge_foreseen(seen: Foreseen) -> list[Finding]:
    """The notes that a forecast adds.

    >>> def notes(drowsy, breathing, stage, after_ms=None):
    ...     seen = Foreseen(
    ...         drowsy_per_mille=drowsy, breathing_per_mille=breathing, withdrawal_stage=stage,
    ...         withdrawal_after_ms=after_ms,
    ...     )
    ...     return [finding.rule for finding in judge_foreseen(seen)]
    >>> notes(499, 99, 0)
    []
    >>> notes(500, 100, 0)
    ['forecast.drowsiness', 'forecast.breathing']
    >>> notes(0, 0, 2, 93_600_000)
    ['forecast.withdrawal']
    """
    findings = []
    if seen.drowsy_per_mille >= DROWSY.whole():
        says = f"Predicted: the typical person's chance of being drowsy reaches {_percent(seen.drowsy_per_mille)}."
        findings.append(DROWSINESS.finding(field="", says=says, remedy=_WATCH))
    if seen.breathing_per_mille >= BREATHING.whole():
        says = (
            "Predicted: at the upper end of the band the chance of breathing badly reaches "
            f"{_percent(seen.breathing_per_mille)}."
        )
        findings.append(BREATH.finding(field="", says=says, remedy=_WATCH))
    if seen.withdrawal_stage and seen.withdrawal_after_ms is not None:
        findings.append(WITHDRAWAL.finding(field="", says=_withdrawing(seen), remedy=_DECIDE))
    return findings


_WATCH = "Decide who watches wakefulness and breathing, and for how long. The emergency page says what to do."
_DECIDE = "Decide whom the person calls, and by what sign. The emergency page says what to do."


def _percent(per_mille: int) -> str:
    return f"{per_mille // 10}{NO_BREAK_SPACE}%"


def _withdrawing(seen: Foreseen) -> str:
    """When, and how far. The thresholds are nobody's measurement."""
    assert seen.withdrawal_after_ms is not None, "withdrawal that is predicted begins at some time"
    begins = f"begins after {show_duration(seen.withdrawal_after_ms)}" if seen.withdrawal_after_ms else "is there now"
    return (
        f"Predicted: at the upper end of the band withdrawal {begins} and reaches {STAGES[seen.withdrawal_stage]}, "
        "by thresholds that are assumed."
    )
