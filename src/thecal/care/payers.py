"""What payers ask for before they pay for a pump, criterion by criterion, each with its source and grade.

Most payers' own policies were not read: where a third party's summary stands for one, it is said and graded assumed.
A criterion is met, not met, or not known. No payer's criterion is a rule of care, and none of them blocks anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from thecal.care.candidate import BRAIN_INJURY_WAIT, ENGLAND, LIGHTEST, SEVERE_GROUPS, SEVERE_SPASMS, YOUNGEST
from thecal.care.limits import LARGEST_SCREENING
from thecal.care.titration import Origin
from thecal.care.tried import ENOUGH_WEEKS
from thecal.sources import UNREAD, Grade, Sourced, register
from thecal.units import HOUR_MS

_NCD = f"{UNREAD}: wording of Medicare NCD 280.14; its number and codes stand at medicarepaymentandreimbursement.com"
_THIRD = f"{UNREAD}: third-party summary of {{}}, verity.backworkai.com"
AETNA_SOURCE = _THIRD.format("Aetna CPB 0161")
EVICORE_SOURCE = _THIRD.format("eviCore CMM-210")
LOUISIANA_SOURCE = _THIRD.format("Humana's policy for Louisiana Medicaid")
_ALABAMA = "BCBS Alabama MP-442, August 2024, al-policies.exploremyplan.com"

EVICORE_DROP = Sourced(name="evicore_drop", value=20, unit="tenths of a point", source=EVICORE_SOURCE, grade="assumed")
EVICORE_LASTED = Sourced(name="evicore_lasted", value=4 * HOUR_MS, unit="ms", source=EVICORE_SOURCE, grade="assumed")
LOUISIANA_SPINAL = Sourced(
    name="louisiana_spinal_drop", value=20, unit="tenths of a point", source=LOUISIANA_SOURCE, grade="assumed"
)
LOUISIANA_CEREBRAL = Sourced(
    name="louisiana_cerebral_drop", value=10, unit="tenths of a point", source=LOUISIANA_SOURCE, grade="assumed"
)

NUMBERS = register(EVICORE_DROP, EVICORE_LASTED, LOUISIANA_SPINAL, LOUISIANA_CEREBRAL)


class Payer(Enum):
    """Whose checklist it is."""

    MEDICARE = auto()
    AETNA = auto()
    EVICORE = auto()
    LOUISIANA_MEDICAID = auto()
    BCBS_ALABAMA = auto()
    ENGLAND = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the record holds for a payer; None is not known.

    `hands_on_weeks` are weeks of physiotherapy or exercise, `oral_weeks` those of the longest drug by mouth. Drops are
    in tenths of a point of the mean, from before the screening dose to its best observation.
    """

    origin: Origin | None = None
    severe: bool | None = None
    age_years: int | None = None
    weight_g: int | None = None
    brain_injury: bool | None = None
    brain_injury_days_ago: int | None = None
    groups_at_4: int | None = None
    penn_frequency: int | None = None
    oral_weeks: int | None = None
    oral_failed: bool | None = None
    oral_baclofen_failed: bool | None = None
    oral_at_maximum: bool | None = None
    hands_on_weeks: int | None = None
    botulinum: bool | None = None
    one_region: bool | None = None
    test_dose_pg: int | None = None
    test_responded: bool | None = None
    test_drop_tenths: int | None = None
    test_spasm_drop: int | None = None
    test_lasted_ms: int | None = None
    allergy: bool | None = None
    infection: bool | None = None
    other_device: bool | None = None
    athetosis: bool | None = None
    dysreflexia: bool | None = None
    psychosis: bool | None = None
    kidneys_failed: bool | None = None
    gut_or_liver: bool | None = None
    epilepsy_uncontrolled: bool | None = None
    deformity: bool | None = None
    goals_agreed: bool | None = None
    refills_committed: bool | None = None


Reads = Callable[[Evidence], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that a payer asks for; `fields` are the entries of the evidence that answer it."""

    asks: str
    source: str
    grade: Grade
    fields: tuple[str, ...]
    met: Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A criterion beside the evidence: met, not met, or None for not known."""

    criterion: Criterion
    met: bool | None


def check(payer: Payer, evidence: Evidence) -> tuple[Checked, ...]:
    """Every criterion of a payer beside what the record holds, in the payer's order.

    >>> [each.met for each in check(Payer.BCBS_ALABAMA, Evidence(severe=True, oral_baclofen_failed=False))]
    [True, False]
    >>> {each.met for each in check(Payer.MEDICARE, Evidence())}
    {None}
    """
    return tuple(Checked(criterion=each, met=each.met(evidence)) for each in CRITERIA[payer])


def all_of(*answers: bool | None) -> bool | None:
    """False where one is false, else None where one is unknown, else true.

    >>> all_of(True, None), all_of(None, False), all_of(True, True)
    (None, False, True)
    """
    return False if False in answers else None if None in answers else True


def any_of(*answers: bool | None) -> bool | None:
    """True where one is true, else None where one is unknown, else false.

    >>> any_of(False, None), any_of(None, True), any_of(False, False)
    (None, True, False)
    """
    return True if True in answers else None if None in answers else False


_NOT: dict[bool | None, bool | None] = {None: None, True: False, False: True}
"""What is not known is not known the other way round either."""


def _at_least(value: int | None, least: Sourced) -> bool | None:
    return None if value is None else value >= least.whole()


def _absent(*fields: str) -> Reads:
    """Met where every one of these is known to be absent."""
    return lambda evidence: all_of(*(_NOT[getattr(evidence, field)] for field in fields))


def _so(*fields: str) -> Reads:
    """Met where every one of these is known to be so."""
    return lambda evidence: all_of(*(getattr(evidence, field) for field in fields))


def _six_weeks_failed(evidence: Evidence) -> bool | None:
    """Six weeks of treatment from outside, and it failed or could not be borne."""
    return all_of(_at_least(evidence.oral_weeks, ENOUGH_WEEKS), evidence.oral_failed)


def _single_dose(evidence: Evidence) -> bool | None:
    """A response to a single dose of at most 100 mcg."""
    dose_pg = evidence.test_dose_pg
    small = None if dose_pg is None else dose_pg <= LARGEST_SCREENING.whole()
    return all_of(small, evidence.test_responded)


def _room(evidence: Evidence) -> bool | None:
    return _at_least(evidence.weight_g, LIGHTEST)


def _old_enough(evidence: Evidence) -> bool | None:
    return _at_least(evidence.age_years, YOUNGEST)


def _evicore_tried(evidence: Evidence) -> bool | None:
    """Six weeks of drugs by mouth and of physiotherapy, or severe at the outset."""
    weeks = all_of(_at_least(evidence.oral_weeks, ENOUGH_WEEKS), _at_least(evidence.hands_on_weeks, ENOUGH_WEEKS))
    return any_of(weeks, evidence.severe)


def _evicore_test(evidence: Evidence) -> bool | None:
    """Two points in Ashworth or spasms, for four hours."""
    spasms = evidence.test_spasm_drop
    dropped = any_of(
        _at_least(evidence.test_drop_tenths, EVICORE_DROP),
        _at_least(None if spasms is None else spasms * 10, EVICORE_DROP),
    )
    return all_of(dropped, _at_least(evidence.test_lasted_ms, EVICORE_LASTED))


def _louisiana_test(evidence: Evidence) -> bool | None:
    """Two points where the origin is spinal, one where it is cerebral."""
    two = _at_least(evidence.test_drop_tenths, LOUISIANA_SPINAL)
    one = _at_least(evidence.test_drop_tenths, LOUISIANA_CEREBRAL)
    if evidence.origin is None:
        return True if two else False if one is False else None
    return two if evidence.origin is Origin.SPINAL else one


def _brain_injury_old(evidence: Evidence) -> bool | None:
    """No brain injury, or one of a year ago."""
    old = _at_least(evidence.brain_injury_days_ago, BRAIN_INJURY_WAIT)
    return any_of(_NOT[evidence.brain_injury], old if evidence.brain_injury else None)


def _england_severe(evidence: Evidence) -> bool | None:
    return any_of(_at_least(evidence.groups_at_4, SEVERE_GROUPS), _at_least(evidence.penn_frequency, SEVERE_SPASMS))


def _england_botulinum(evidence: Evidence) -> bool | None:
    """Tried where it was apt, which it is where one region is the problem."""
    return any_of(_NOT[evidence.one_region], evidence.botulinum)


def _criteria(source: str, grade: Grade, *rows: tuple[str, tuple[str, ...], Reads]) -> tuple[Criterion, ...]:
    return tuple(Criterion(asks=asks, source=source, grade=grade, fields=fields, met=met) for asks, fields, met in rows)


CRITERIA: dict[Payer, tuple[Criterion, ...]] = {
    Payer.MEDICARE: _criteria(
        _NCD,
        "assumed",
        ("Six weeks of treatment without an operation failed or could not be borne.", ("oral_weeks", "oral_failed"),
         _six_weeks_failed),
        ("A trial dose into the spinal fluid worked, before the implant.", ("test_responded",), _so("test_responded")),
        ("No allergy to the drug.", ("allergy",), _absent("allergy")),
        ("No infection.", ("infection",), _absent("infection")),
        ("The body is large enough for a pump.", ("weight_g",), _room),
        ("No other programmed implant that may disturb it.", ("other_device",), _absent("other_device")),
    ),
    Payer.AETNA: _criteria(
        AETNA_SOURCE,
        "assumed",
        ("Six weeks of treatment without an operation failed.", ("oral_weeks", "oral_failed"), _six_weeks_failed),
        ("A single dose of at most 100 mcg worked.", ("test_dose_pg", "test_responded"), _single_dose),
        ("No active infection.", ("infection",), _absent("infection")),
        ("The body is large enough for a pump.", ("weight_g",), _room),
        ("No allergy to the drug.", ("allergy",), _absent("allergy")),
        ("No other programmed implant that may disturb it.", ("other_device",), _absent("other_device")),
    ),
    Payer.EVICORE: _criteria(
        EVICORE_SOURCE,
        "assumed",
        ("Six weeks of drugs by mouth and of physiotherapy, or severe from the outset.",
         ("oral_weeks", "hands_on_weeks", "severe"), _evicore_tried),
        ("Two points less on Ashworth or in spasms, for four hours after the dose.",
         ("test_drop_tenths", "test_spasm_drop", "test_lasted_ms"), _evicore_test),
    ),
    Payer.LOUISIANA_MEDICAID: _criteria(
        LOUISIANA_SOURCE,
        "assumed",
        ("Four years old or more.", ("age_years",), _old_enough),
        ("The body is large enough for a pump.", ("weight_g",), _room),
        ("Drugs by mouth and treatment without an operation failed or could not be borne.", ("oral_failed",),
         _so("oral_failed")),
        ("The test dose worked.", ("test_responded",), _so("test_responded")),
        ("Ashworth fell by two points if the origin is spinal, by one if it is cerebral.",
         ("origin", "test_drop_tenths"), _louisiana_test),
        ("No injury of the brain within a year.", ("brain_injury", "brain_injury_days_ago"), _brain_injury_old),
        ("No more than mild athetosis.", ("athetosis",), _absent("athetosis")),
        ("No history of autonomic dysreflexia.", ("dysreflexia",), _absent("dysreflexia")),
        ("No psychosis.", ("psychosis",), _absent("psychosis")),
        ("No implant that does not agree with it.", ("other_device",), _absent("other_device")),
    ),
    Payer.BCBS_ALABAMA: _criteria(
        _ALABAMA,
        "paper",
        ("Severe spasticity of spinal or cerebral origin.", ("severe",), _so("severe")),
        ("Baclofen by mouth failed or could not be borne.", ("oral_baclofen_failed",), _so("oral_baclofen_failed")),
    ),
    Payer.ENGLAND: _criteria(
        ENGLAND,
        "paper",
        ("Ashworth 4 in two muscle groups, or Penn 3.", ("groups_at_4", "penn_frequency"), _england_severe),
        ("Drugs by mouth failed at their highest dose.", ("oral_failed", "oral_at_maximum"),
         _so("oral_failed", "oral_at_maximum")),
        ("Botulinum toxin was tried where it was apt.", ("one_region", "botulinum"), _england_botulinum),
        ("Goals were agreed.", ("goals_agreed",), _so("goals_agreed")),
        ("Somebody commits to every refill.", ("refills_committed",), _so("refills_committed")),
        ("The kidneys have not failed.", ("kidneys_failed",), _absent("kidneys_failed")),
        ("No disease of liver or gut.", ("gut_or_liver",), _absent("gut_or_liver")),
        ("No epilepsy that is not controlled.", ("epilepsy_uncontrolled",), _absent("epilepsy_uncontrolled")),
        ("No unstable illness of the mind.", ("psychosis",), _absent("psychosis")),
        ("No active infection.", ("infection",), _absent("infection")),
        ("No severe deformity.", ("deformity",), _absent("deformity")),
    ),
}  # fmt: skip
"""Each payer's checklist, in its own order."""
