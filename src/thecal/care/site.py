"""A clinic's set-up: who answers by day and by night. It cannot be finished without a number for the night."""

from dataclasses import dataclass

from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced, register

_AFTER_HOURS = (
    "patients are told to ask how the physician on call is reached at night and at weekends, medtronic.com, "
    "drug-pump-severe-spasticity/resources/patient-support"
)
_CARD = "the emergency card names the clinic and a line that answers, issuu.com/mcg1969/docs/itb-emergency-card"

MOST_DIGITS = Sourced(
    name="telephone_most_digits",
    value=15,
    unit="digits",
    source="the international numbering plan E.164, cloudit.co/glossary/e-164",
    grade="paper",
)
LEAST_DIGITS = Sourced(
    name="telephone_least_digits",
    value=6,
    unit="digits",
    source=f"{OWN_CHOICE}: a shorter number is an extension, and cannot be called from home",
    grade="assumed",
)
NUMBERS = register(MOST_DIGITS, LEAST_DIGITS)

EMERGENCY_NUMBERS = frozenset({"112", "911", "999", "000"})
"""Those that the emergency pages print. They send an ambulance; they know no pump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What a clinic writes about itself; None or empty where it has not."""

    name: str | None = None
    daytime_number: str | None = None
    out_of_hours_number: str | None = None


NO_NIGHT = Rule(
    name="site.no_night_number",
    severity=Severity.BLOCK,
    asks="A clinic's set-up is not finished without a number that somebody answers at night.",
    source=_AFTER_HOURS,
    grade="maker",
)
ONLY_EMERGENCY = Rule(
    name="site.emergency_number",
    severity=Severity.BLOCK,
    asks="The emergency number alone is no number for the night: an ambulance knows no pump.",
    source=_AFTER_HOURS,
    grade="maker",
)
NO_NUMBER = Rule(
    name="site.no_telephone",
    severity=Severity.BLOCK,
    asks="A telephone number has digits, and not more than there can be.",
    source=MOST_DIGITS.source,
    grade="paper",
    numbers=(MOST_DIGITS,),
)
SHORT = Rule(
    name="site.short_number",
    severity=Severity.REASON,
    asks="A number of few digits may be an extension that cannot be called from home.",
    source=LEAST_DIGITS.source,
    grade="assumed",
    numbers=(LEAST_DIGITS,),
)
SAME = Rule(
    name="site.same_number",
    severity=Severity.NOTE,
    asks="Where one number serves day and night, somebody must answer it at night.",
    source=f"{OWN_CHOICE}: a switchboard that closes in the evening is the commonest gap",
    grade="assumed",
)
NO_DAY = Rule(
    name="site.no_day_number",
    severity=Severity.NOTE,
    asks="Without a number for the day every call goes to the number for the night.",
    source=_CARD,
    grade="paper",
)
NAMELESS = Rule(
    name="site.no_name",
    severity=Severity.BLOCK,
    asks="A clinic's set-up is not finished without its name: the emergency card says whom to call.",
    source=_CARD,
    grade="paper",
)
RULES = (NO_NIGHT, ONLY_EMERGENCY, NO_NUMBER, SHORT, SAME, NO_DAY, NAMELESS)


def judge_set_up(set_up: SetUp) -> list[Finding]:
    """What a set-up lacks. Only its finishing can be blocked; no patient waits for it who is already here.

    >>> judge_set_up(SetUp(name="Clinic", daytime_number="+44 20 5550 0100", out_of_hours_number="+44 20 5550 0142"))
    []
    >>> def asks(day, night, name="Clinic"):
    ...     set_up = SetUp(name=name, daytime_number=day, out_of_hours_number=night)
    ...     return [finding.rule for finding in judge_set_up(set_up)]
    >>> asks("", " ", name=None)
    ['site.no_name', 'site.no_day_number', 'site.no_night_number']
    >>> asks("555 0100", "999"), asks("555 0100", "ask the desk")
    (['site.emergency_number'], ['site.no_telephone'])
    >>> asks("555 0100", "555-0100"), asks("4711", "555 0142")
    (['site.same_number'], ['site.short_number'])
    """
    found = [] if _bare(set_up.name) else [_nameless()]
    found += _judge_day(set_up) + _judge_night(set_up)
    day, night = digits(set_up.daytime_number), digits(set_up.out_of_hours_number)
    return [*found, _same()] if night and night == day else found


def digits(number: str | None) -> str:
    """The digits of a number as it is dialled.

    >>> digits("+44 (20) 5550-0142, ask for the pump nurse")
    '442055500142'
    """
    return "".join(sign for sign in number or "" if sign.isdecimal())


def _bare(text: str | None) -> str:
    return (text or "").strip()


def _judge_day(set_up: SetUp) -> list[Finding]:
    if not _bare(set_up.daytime_number):
        says = "No number for the day is given."
        return [NO_DAY.finding(field="daytime_number", says=says, remedy="Write it, or leave the one for the night.")]
    return _judge_number("daytime_number", set_up.daytime_number)


def _judge_night(set_up: SetUp) -> list[Finding]:
    field = "out_of_hours_number"
    if not _bare(set_up.out_of_hours_number):
        remedy = "Write the number that somebody answers at night, at weekends and on holidays."
        return [NO_NIGHT.finding(field=field, says="No number for the night is given.", remedy=remedy)]
    if digits(set_up.out_of_hours_number) in EMERGENCY_NUMBERS:
        says = f"{_bare(set_up.out_of_hours_number)} calls an ambulance, and nobody there knows the pump."
        remedy = "Write the number of somebody who can reach the pump team. The pages print the emergency number too."
        return [ONLY_EMERGENCY.finding(field=field, says=says, remedy=remedy)]
    return _judge_number(field, set_up.out_of_hours_number)


def _judge_number(field: str, number: str | None) -> list[Finding]:
    count = len(digits(number))
    if not 0 < count <= MOST_DIGITS.whole():
        says = f"{_bare(number)} has {count} digits: it is no telephone number."
        remedy = f"Write one number, of at most {MOST_DIGITS.whole()} digits."
        return [NO_NUMBER.finding(field=field, says=says, remedy=remedy)]
    if count < LEAST_DIGITS.whole():
        says = f"{_bare(number)} has {count} digits only."
        remedy = "Write it as somebody at home dials it, or write down why it is right."
        return [SHORT.finding(field=field, says=says, remedy=remedy)]
    return []


def _nameless() -> Finding:
    return NAMELESS.finding(
        field="name", says="The clinic has no name.", remedy="Write the name that patients know it by."
    )


def _same() -> Finding:
    return SAME.finding(
        field="out_of_hours_number",
        says="The number for the night is the number for the day.",
        remedy="Ring it once at night, and see who answers.",
    )


QUESTIONS = {"site.set_up": (SetUp, judge_set_up)}
