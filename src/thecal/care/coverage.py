"""Who pays: a payer's checklist beside the record, what a packet of evidence lacks, and when an authorisation ends.

Nothing here is a rule of care. What a payer asks for, or no longer pays for, never holds up a refill, a rescue or a
visit; it is said early enough for somebody to telephone.
"""

from dataclasses import dataclass, fields

from thecal.care.payers import AETNA_SOURCE, EVICORE_SOURCE, Evidence, Payer, check
from thecal.findings import Finding, Rule, Severity
from thecal.sources import OWN_CHOICE, Sourced, register
from thecal.units import DAY_MS, show_duration

_TELEPHONE = f"{OWN_CHOICE}: time to telephone, to write and to appeal"

EXPIRY_FIRST = Sourced(name="expiry_first", value=90 * DAY_MS, unit="ms", source=_TELEPHONE, grade="assumed")
EXPIRY_SECOND = Sourced(name="expiry_second", value=30 * DAY_MS, unit="ms", source=_TELEPHONE, grade="assumed")

NUMBERS = register(EXPIRY_FIRST, EXPIRY_SECOND)

NOT_MET = Rule(
    name="coverage.not_met",
    severity=Severity.NOTE,
    asks="A payer's criterion that the record contradicts is named before the request is sent.",
    source=f"{OWN_CHOICE}: a refusal costs weeks",
    grade="assumed",
)
NOT_KNOWN = Rule(
    name="coverage.not_known",
    severity=Severity.NOTE,
    asks="A payer's criterion that the record does not answer is named; unknown is not met.",
    source=f"{OWN_CHOICE}: what is missing is asked for anyway",
    grade="assumed",
)
PACKET_LACKS = Rule(
    name="coverage.packet",
    severity=Severity.NOTE,
    asks="A packet of evidence says which of its ten parts it lacks.",
    source=f"{OWN_CHOICE}: put together from what the payers' policies ask for",
    grade="assumed",
)
ENDS = Rule(
    name="coverage.ends",
    severity=Severity.REASON,
    asks="An authorisation is renewed before it ends: it is named 90 days, 30 days and no day before.",
    source=_TELEPHONE,
    grade="assumed",
    numbers=(EXPIRY_FIRST, EXPIRY_SECOND),
)
END_UNKNOWN = Rule(
    name="coverage.end_unknown",
    severity=Severity.NOTE,
    asks="An authorisation has its last day on record.",
    source=_TELEPHONE,
    grade="assumed",
)
REPLACEMENT = Rule(
    name="coverage.replacement",
    severity=Severity.NOTE,
    asks="A request for a replacement shows the indicator's date or the failure, and that it cannot be repaired.",
    source=EVICORE_SOURCE,
    grade="assumed",
)
UPGRADE = Rule(
    name="coverage.upgrade",
    severity=Severity.NOTE,
    asks="A replacement only for a newer device, such as one read from afar, is called not necessary.",
    source=AETNA_SOURCE,
    grade="assumed",
)

RULES = (NOT_MET, NOT_KNOWN, PACKET_LACKS, ENDS, END_UNKNOWN, REPLACEMENT, UPGRADE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCase:
    """A payer and what the record holds for it."""

    payer: Payer
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketCase:
    """The ten parts of a packet: there, not there, or None where nobody looked. See `PACKET`."""

    diagnosis: bool | None = None
    baseline: bool | None = None
    oral_drugs: bool | None = None
    hands_on: bool | None = None
    other_treatment: bool | None = None
    screening: bool | None = None
    contraindications: bool | None = None
    commitment: bool | None = None
    replacement: bool | None = None
    codes: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCase:
    """An authorisation's last moment and the present one, in Unix ms; None is not known."""

    now_ms: int
    ends_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementRequest:
    """What a request for a replacement can show; None is not known."""

    indicator_dated: bool | None = None
    failure_shown: bool | None = None
    repairable: bool | None = None
    only_newer: bool | None = None


PACKET = {
    "diagnosis": "Diagnosis with its code, cause, date of injury, age and weight",
    "baseline": "Ashworth by muscle group, Penn, pain and goals before treatment",
    "oral_drugs": "Each drug by mouth: dose, dates, why it was stopped",
    "hands_on": "Dates of physiotherapy and occupational therapy",
    "other_treatment": "Botulinum toxin and other treatment",
    "screening": "The screening test: doses, times, scores before and after, how long it worked, what went wrong",
    "contraindications": "Infection, allergy, body size and other implants looked at",
    "commitment": "Who commits to the refills, and the refill plan",
    "replacement": "For a replacement: the indicator's date, the failure, why it cannot be repaired",
    "codes": "Procedure codes and the device identifiers of pump and catheter",
}
"""The parts of a packet of evidence, in their order."""

CALL_FIRST = "Call your insurer before the first appointment, and write down who said what and when."
ASK_THE_INSURER = (
    "Do you pay for a test dose of baclofen into the spinal fluid, and for a pump?",
    "Whose permission is needed, for the test, the operation and each refill? How long does it last?",
    "What must my doctors send you? Which tablets must I have tried, and for how many weeks?",
    "Which hospitals and which refill clinics may I use? Do you pay for refills at home?",
    "What do I pay myself: for the test, the operation, each refill, the drug, and the ride?",
    "Do you pay for the next pump when the battery ends, and how early may it be asked for?",
    "If you say no, how do I appeal, and by when?",
)
"""What a patient asks an insurer."""


def judge_coverage(case: CoverageCase) -> list[Finding]:
    """What a payer's checklist contradicts or leaves open: notes, and no more.

    >>> good = Evidence(severe=True, oral_baclofen_failed=True)
    >>> judge_coverage(CoverageCase(payer=Payer.BCBS_ALABAMA, evidence=good))
    []
    >>> bad = Evidence(severe=False)
    >>> [finding.rule for finding in judge_coverage(CoverageCase(payer=Payer.BCBS_ALABAMA, evidence=bad))]
    ['coverage.not_met', 'coverage.not_known']
    """
    found = []
    for each in check(case.payer, case.evidence):
        field = each.criterion.fields[0]
        if each.met is False:
            found.append(
                NOT_MET.finding(
                    field=field,
                    says=f"Not met: {each.criterion.asks}",
                    remedy="Ask the payer what else counts, or write down why it should not apply.",
                )
            )
        elif each.met is None:
            found.append(
                NOT_KNOWN.finding(
                    field=field, says=f"Not known: {each.criterion.asks}", remedy="Ask, measure or look it up."
                )
            )
    return found


def judge_packet(case: PacketCase) -> list[Finding]:
    """What a packet lacks.

    >>> judge_packet(PacketCase(**dict.fromkeys(PACKET, True)))
    []
    >>> [finding.rule for finding in judge_packet(PacketCase())]
    ['coverage.packet']
    """
    lacks = [each.name for each in fields(case) if not getattr(case, each.name)]
    if not lacks:
        return []
    return [
        PACKET_LACKS.finding(
            field=lacks[0],
            says=f"The packet lacks {len(lacks)} of {len(PACKET)}: {'; '.join(PACKET[name] for name in lacks)}.",
            remedy="Send it when they are there, or say in the letter why they are not.",
        )
    ]


def judge_end(case: EndCase) -> list[Finding]:
    """An authorisation that ends within 90 days, or has ended.

    >>> judge_end(EndCase(now_ms=0, ends_ms=90 * DAY_MS + 1))
    []
    >>> [finding.rule for finding in judge_end(EndCase(now_ms=0, ends_ms=90 * DAY_MS))]
    ['coverage.ends']
    >>> [finding.rule for finding in judge_end(EndCase(now_ms=0))]
    ['coverage.end_unknown']
    """
    if case.ends_ms is None:
        return [
            END_UNKNOWN.finding(
                field="ends", says="When the authorisation ends is not known.", remedy="Ask the payer, in writing."
            )
        ]
    left_ms = case.ends_ms - case.now_ms
    if left_ms > EXPIRY_FIRST.whole():
        return []
    ended = left_ms <= 0
    return [
        ENDS.finding(
            field="ends",
            severity=Severity.REASON if ended else Severity.NOTE,
            says=f"The authorisation {'has ended' if ended else f'ends in {show_duration(left_ms)}'}.",
            remedy="Telephone the payer and ask for it anew. Refills and rescue go on meanwhile.",
        )
    ]


def reminders_ms(ends_ms: int) -> tuple[int, int, int]:
    """When the worklist names an authorisation: 90 days, 30 days and no day before its end, in Unix ms.

    >>> [each // DAY_MS for each in reminders_ms(100 * DAY_MS)]
    [10, 70, 100]
    """
    return (ends_ms - EXPIRY_FIRST.whole(), ends_ms - EXPIRY_SECOND.whole(), ends_ms)


def judge_replacement_request(case: ReplacementRequest) -> list[Finding]:
    """What a request for another pump still has to show.

    >>> judge_replacement_request(ReplacementRequest(indicator_dated=True, repairable=False, only_newer=False))
    []
    >>> [finding.rule for finding in judge_replacement_request(ReplacementRequest(only_newer=True))]
    ['coverage.replacement', 'coverage.upgrade']
    """
    lacks = []
    if not (case.indicator_dated or case.failure_shown):
        lacks.append("the indicator's date or evidence of the failure")
    if case.repairable is not False:
        lacks.append("that it cannot be repaired")
    found = []
    if lacks:
        found.append(
            REPLACEMENT.finding(
                field="indicator_dated" if len(lacks) > 1 or case.repairable is False else "repairable",
                says=f"Still to be shown: {' and '.join(lacks)}.",
                remedy="Add the read-out, the picture or the surgeon's letter.",
            )
        )
    if case.only_newer is not False:
        said = "may be" if case.only_newer is None else "is"
        found.append(
            UPGRADE.finding(
                field="only_newer",
                says=f"The request {said} for a newer device alone.",
                remedy="Say what is worn out or broken.",
            )
        )
    return found


QUESTIONS = {
    "coverage.payer": (CoverageCase, judge_coverage),
    "coverage.packet": (PacketCase, judge_packet),
    "coverage.end": (EndCase, judge_end),
    "coverage.replacement": (ReplacementRequest, judge_replacement_request),
}
"""What can be asked of this module by name."""
