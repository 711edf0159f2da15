"""Yes, no and not known: what a question with three answers asks for. Not known is said, and never counts as no."""

from collections.abc import Callable

from thecal.findings import Finding, Rule, Severity

Questions = dict[str, tuple[type, Callable[..., list[Finding]]]]
"""What a module can be asked: the name of the question, the case it takes, and who judges it."""


def require(
    rule: Rule,
    *,
    answer: bool | None,
    field: str,
    lacking: str,
    unknown: str,
    remedy: str,
    most: Severity | None = None,
) -> list[Finding]:
    """A finding unless the answer is yes. `most` softens the rule where something stands against its full weight.

    >>> from thecal.sources import OWN_CHOICE
    >>> card = Rule(name="home.card", severity=Severity.REASON, asks="Is the card given?", source=OWN_CHOICE,
    ...     grade="assumed")
    >>> words = dict(field="card", lacking="No card is given.", unknown="Whether a card is given is not known.",
    ...     remedy="Give the card.")
    >>> require(card, answer=True, **words)
    []
    >>> [require(card, answer=answer, **words)[0].says for answer in (False, None)]
    ['No card is given.', 'Whether a card is given is not known.']
    """
    if answer:
        return []
    severity = rule.severity if most is None else min(rule.severity, most)
    says = unknown if answer is None else lacking
    return [rule.finding(field=field, says=says, remedy=remedy, severity=severity)]


def beware(
    rule: Rule, *, answer: bool | None, field: str, there: str, unknown: str, remedy: str, unasked: Severity
) -> list[Finding]:
    """A finding unless the answer is no; where it is not known, one of the severity `unasked`.

    >>> from thecal.sources import OWN_CHOICE
    >>> shunt = Rule(name="room.shunt", severity=Severity.REASON, asks="Is there a shunt?", source=OWN_CHOICE,
    ...     grade="assumed")
    >>> words = dict(field="shunt", there="There is a shunt.", unknown="Whether there is a shunt is not known.",
    ...     remedy="Ask.", unasked=Severity.NOTE)
    >>> beware(shunt, answer=False, **words)
    []
    >>> [beware(shunt, answer=answer, **words)[0].severity.name for answer in (True, None)]
    ['REASON', 'NOTE']
    """
    if answer is False:
        return []
    if answer:
        return [rule.finding(field=field, says=there, remedy=remedy)]
    return [rule.finding(field=field, says=unknown, remedy=remedy, severity=min(rule.severity, unasked))]
