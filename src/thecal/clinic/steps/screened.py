"""What the screening test's records mean: the doses in order, each with what was seen before and after it.

Other steps ask here: `implant_case` for an implant, `effective` for the first daily dose.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from thecal.care.responder import ImplantCase, ResponderRule, ResponseCase, Seen, Verdict, screening_of, verdict_of
from thecal.care.scales import Ashworth, AshworthVariant, PennFrequency, Tone
from thecal.care.screening import DoseCase, Given, Response
from thecal.care.screening_checklist import ChecklistCase
from thecal.care.screening_watch import DischargeCase, SignsCase, Wakefulness, WatchCase
from thecal.care.starting import Screening
from thecal.care.titration import Origin
from thecal.clinic.models import Flag, Patient, StepRecord
from thecal.clinic.models import Origin as RecordedOrigin
from thecal.clinic.steps.assessed import EXAMINED, PLACES, entry_name, examination_of
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Values
from thecal.units import DAY_MS, SECOND_MS

PLAN, CHECKLIST, DOSE, GIVEN = "screening.plan", "screening.checklist", "screening.dose", "screening.given"
OBSERVATION, VERDICT, DISCHARGE = "screening.observation", "screening.verdict", "screening.discharge"
EXTENDED = "screening.extended"
BEFORE, AFTER = "before", "after"
_Chosen = TypeVar("_Chosen", bound=Enum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One observation at `at_ms`: what was seen, `tones` and Penn as in the scales."""

    record: StepRecord
    at_ms: int

    @property
    def tones(self) -> tuple[Tone, ...]:
        """Every muscle group, those without a grade too."""
        return tones_of(self.record.values)

    @property
    def penn(self) -> PennFrequency | None:
        """How often there were spasms."""
        return one_of(PennFrequency, self.record.entry("penn_frequency"))

    def seen(self, since_ms: int) -> Seen:
        """The observation beside others, `since_ms` being the dose."""
        return Seen(after_ms=self.at_ms - since_ms, tones=self.tones, penn=self.penn)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningDose:
    """A dose that was given at `at_ms`, what was seen around it, the team's verdict, and when the patient left."""

    record: StepRecord
    dose_pg: int
    at_ms: int
    before: Seen | None
    observed: tuple[Observed, ...]
    verdict: StepRecord | None
    left: StepRecord | None

    @property
    def response(self) -> Response | None:
        """What the team says of it."""
        return None if self.verdict is None else one_of(Response, self.verdict.entry("judged"))

    @property
    def left_ms(self) -> int | None:
        """When the patient went."""
        return None if self.left is None else happened_ms(self.left)

    def watch(self, now_ms: int) -> WatchCase:
        """When somebody looked."""
        looked = tuple(one.at_ms for one in self.observed)
        return WatchCase(dose_ms=self.at_ms, now_ms=now_ms, looked_ms=looked, left_ms=self.left_ms)


def happened_ms(record: StepRecord) -> int:
    """When it was, as written down; otherwise when it was first recorded, however often corrected since."""
    at_ms = record.entry("at_ms")
    if at_ms is not None:
        return int(at_ms)
    return record.made_ms if record.corrects is None else happened_ms(record.corrects)


def written_ms(known: Known) -> int:
    """What a sheet without a time is about: now, or where it corrects another, what that one was about."""
    return known.now_ms if known.corrects is None else happened_ms(known.corrects)


def dose_by(known: Known, at_ms: int) -> ScreeningDose | None:
    """The last dose that had been given by then."""
    given = [dose for dose in doses_of(known) if dose.at_ms <= at_ms]
    return given[-1] if given else None


def doses_of(known: Known) -> list[ScreeningDose]:
    """Every dose on record in the order of time, whoever gave it."""
    records = [record for record in known.records if record.sheet in {DOSE, GIVEN}]
    timed = sorted((happened_ms(record), record.pk, record) for record in records)
    starts = [at_ms for at_ms, _, _ in timed]
    return [
        _dose(known, record, at_ms, starts[place + 1] if place + 1 < len(starts) else None, starts)
        for place, (at_ms, _, record) in enumerate(timed)
    ]


def rule_of(known: Known) -> tuple[ResponderRule | None, bool]:
    """(the chosen rule, whether it was chosen before the first dose). One chosen afterwards stands in for none."""
    plans = [record for record in known.all(PLAN) if record.entry("rule") is not None]
    first_ms = min((dose.at_ms for dose in doses_of(known)), default=None)
    in_time = [record for record in plans if first_ms is None or happened_ms(record) <= first_ms]
    standing = (in_time or plans)[-1] if plans else None
    return (None, False) if standing is None else (one_of(ResponderRule, standing.entry("rule")), bool(in_time))


def response_case(known: Known, dose: ScreeningDose, judged: Response | None = None) -> ResponseCase:
    """One dose, as the chosen rule looks at it; `judged` in the place of the verdict on record."""
    rule, _ = rule_of(known)
    return ResponseCase(
        rule=rule,
        before=dose.before,
        seen=tuple(one.seen(dose.at_ms) for one in dose.observed),
        origin=Origin.SPINAL if known.patient.origin == RecordedOrigin.SPINAL else Origin.CEREBRAL,
        judged=judged or dose.response,
    )


def verdict_on(known: Known, dose: ScreeningDose) -> Verdict:
    """What the chosen rule makes of a dose."""
    return verdict_of(response_case(known, dose))


def implant_case(known: Known) -> ImplantCase:
    """What an implant rests on: whether any dose did enough, and how an extended infusion ended."""
    doses, extended = doses_of(known), known.latest(EXTENDED)
    responses = [dose.response for dose in doses]
    return ImplantCase(
        largest_pg=max((dose.dose_pg for dose in doses), default=None),
        responded=True if Response.ENOUGH in responses else None if None in responses or not responses else False,
        extended_responded=None if extended is None else extended.entry("responded"),
    )


def effective(known: Known) -> Screening | None:
    """The dose that did enough last, for the first daily dose; how long it lasted where the rule can tell."""
    worked = [dose for dose in doses_of(known) if dose.response is Response.ENOUGH]
    if not worked:
        return None
    by_rule = screening_of(verdict_on(known, worked[-1]), worked[-1].dose_pg)
    unknown = Screening(effective_pg=worked[-1].dose_pg, effect_lasted_ms=None, present_at_last_observation=None)
    return by_rule or unknown


def checklist_case(values: Values) -> ChecklistCase:
    """The answers as the rules take them."""
    names = ChecklistCase.__dataclass_fields__
    return ChecklistCase(**{name: values.get(name) for name in names})


def dose_case(values: Values, known: Known, *, at_ms: int) -> DoseCase:
    """A dose that is about to be given at `at_ms`, beside what is on record."""
    doses, checked, plan = doses_of(known), known.latest(CHECKLIST), known.latest(PLAN)
    _, chosen = rule_of(known)
    over_s = values.get("over_s")
    return DoseCase(
        at_ms=at_ms,
        dose_pg=values.get("dose_pg"),
        given=tuple(Given(dose_pg=dose.dose_pg, at_ms=dose.at_ms, response=dose.response) for dose in doses),
        over_ms=None if over_s is None else over_s * SECOND_MS,
        checked_ms=None if checked is None else happened_ms(checked),
        very_small=None if plan is None else plan.entry("very_small"),
        relies_on_tone=_relies_on_tone(known.patient, plan),
        rule_chosen=chosen,
        examined_before=doses[0].before is not None if doses else _baseline(known, at_ms, [at_ms]) is not None,
        has_pump=known.chart.implant is not None,
    )


def signs_case(values: Values) -> SignsCase:
    """What was seen of wakefulness, breathing and the rest."""
    return SignsCase(
        wakefulness=one_of(Wakefulness, values.get("wakefulness")),
        breathing_slow=values.get("breathing_slow"),
        breaths_per_min=values.get("breaths_per_min"),
        saturation_percent=values.get("saturation_percent"),
        pressure_mmhg=values.get("pressure_mmhg"),
        weakness_rising=values.get("weakness_rising"),
        seizure=values.get("seizure"),
    )


def discharge_case(values: Values, known: Known) -> DischargeCase:
    """What is met of the criteria, and how long ago the last dose was."""
    left_ms = values.get("at_ms") or written_ms(known)
    dose = dose_by(known, left_ms)
    return DischargeCase(
        since_dose_ms=None if dose is None else left_ms - dose.at_ms,
        awake=values.get("awake"),
        breathing_checked=values.get("breathing_checked"),
        tone_back=values.get("tone_back"),
        can_pass_urine=values.get("can_pass_urine"),
        headache_advice=values.get("headache_advice"),
        number_given=values.get("number_given"),
    )


def tones_of(values: Values) -> tuple[Tone, ...]:
    """Every muscle group of an observation, those without a grade too."""
    return tuple(
        Tone(group=group, side=side, grade=one_of(Ashworth, values.get(entry_name(group, side))))
        for group, side in PLACES
    )


def is_after(values: Values, at_ms: int, dose_times_ms: Iterable[int]) -> bool:
    """Whether an observation is one after a dose: as it says, else where a dose was given less than a day before it."""
    phase = values.get("phase")
    if phase is not None:
        return bool(phase == AFTER)
    return any(0 < at_ms - dose_ms < DAY_MS for dose_ms in dose_times_ms)


def one_of(kind: type[_Chosen], name: Any) -> _Chosen | None:
    """The member of that name; None where none was chosen."""
    return None if name is None else kind[name]


def _dose(known: Known, record: StepRecord, at_ms: int, end_ms: int | None, starts: list[int]) -> ScreeningDose:
    """One dose, with everything until the next."""

    def during(sheet: str, *, signed: bool = True) -> list[StepRecord]:
        made = known.all(sheet) if signed else [one for one in known.records if one.sheet == sheet]
        return [one for one in made if at_ms <= happened_ms(one) and (end_ms is None or happened_ms(one) < end_ms)]

    observed = [
        Observed(record=one, at_ms=happened_ms(one))
        for one in during(OBSERVATION)
        if is_after(one.values, happened_ms(one), starts)
    ]
    verdicts, leaves = during(VERDICT), during(DISCHARGE, signed=False)
    return ScreeningDose(
        record=record,
        dose_pg=record.entry("dose_pg"),
        at_ms=at_ms,
        before=_baseline(known, at_ms, starts),
        observed=tuple(sorted(observed, key=lambda one: one.at_ms)),
        verdict=verdicts[-1] if verdicts else None,
        left=leaves[-1] if leaves else None,
    )


def _baseline(known: Known, dose_ms: int, starts: list[int]) -> Seen | None:
    """The last examination before a dose that no earlier dose can have touched; the assessment's, where it is alike."""
    found = [
        (happened_ms(record), Observed(record=record, at_ms=happened_ms(record)).seen(dose_ms))
        for record in known.all(OBSERVATION)
        if happened_ms(record) <= dose_ms and not is_after(record.values, happened_ms(record), starts)
    ]
    for record in known.all(EXAMINED):
        examined, at_ms = examination_of(record.values), happened_ms(record)
        alike = examined.variant is AshworthVariant.MODIFIED and not is_after({}, at_ms, starts)
        if alike and at_ms <= dose_ms:
            seen = Seen(after_ms=at_ms - dose_ms, tones=examined.tones, penn=examined.penn_frequency)
            found.append((at_ms, seen))
    usable = [(at_ms, seen) for at_ms, seen in found if _is_usable(seen)]
    return max(usable, key=lambda pair: pair[0])[1] if usable else None


def _is_usable(seen: Seen) -> bool:
    """Whether anything in it can be compared with later."""
    return seen.penn is not None or any(tone.grade is not None for tone in seen.tones)


def _relies_on_tone(patient: Patient, plan: StepRecord | None) -> bool | None:
    """Who is flagged relies on tone, whatever was answered here."""
    if Flag.RELIES_ON_TONE in patient.flags:
        return True
    return None if plan is None else plan.entry("relies_on_tone")
