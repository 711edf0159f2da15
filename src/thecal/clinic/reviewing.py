"""A visit's review: the draft against the latest read-out, judged, drawn, and forecast. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from thecal.clinic import pictures
from thecal.clinic.circumstances import circumstances, offered
from thecal.clinic.doubts import Doubts, doubts_of
from thecal.clinic.draft import Draft
from thecal.clinic.models import Implant, Patient, Person, Role, Visit
from thecal.clinic.predicting import shows_predictions
from thecal.clinic.steps.known import known_of
from thecal.clinic.steps.titrating import order_findings
from thecal.clinic.typed import place_of
from thecal.clinic.visit_findings import of_a_new_pump, of_the_visit
from thecal.clinic.when import offset_min
from thecal.errors import BadInput
from thecal.figures import Figure
from thecal.findings import Finding, worst_first
from thecal.programmer.review import Circumstances, Review, Verdict, review
from thecal.programmer.review.rules import verdict_of
from thecal.pump.commands import Update
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.infusion import Program
from thecal.pump.memory import Interrogation, empty_since_ms
from thecal.pump.refusals import Refusal
from thecal.twin.forecast import forecast
from thecal.units import DAY_MS, HOUR_MS

AHEAD_MS = 4 * DAY_MS
"""How far the forecast is drawn: withdrawal and overdose show within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the page shows of a draft: the review with its pictures, or the one entry that cannot be meant.

    `wants_prescriber` says that the second person has to be one; `previous` is the program before an interruption,
    where it may be offered.
    """

    review: Review | None
    wrong: BadInput | None
    figures: dict[str, Figure]
    doubts: Doubts | None = None
    wants_prescriber: bool = False
    previous: Program | None = None

    @property
    def may_update(self) -> bool:
        """Whether everything that is asked for is there."""
        return self.review is not None and self.review.verdict is Verdict.CLEAR


def judge(
    visit: Visit, implant: Implant, read: Interrogation, draft: Draft, *, now_ms: int, acting: Person | None = None
) -> Judged:
    """The draft judged against the read-out that was made in this visit, as `acting` would send it; None is anybody."""
    try:
        known = known_of(visit.patient, now_ms=now_ms)
        now = circumstances(visit, implant, read, draft, known)
        reviewed = review(
            interrogation=read,
            prescription=draft.order(),
            pump_model=PUMP_MODELS[implant.pump_model],
            circumstances=now,
        )
        more = [*of_the_visit(visit, implant, read, draft), *of_a_new_pump(implant, read, reviewed)]
        previous = offered(implant, read, now)
        restores = previous is not None and _gives(previous) == _gives(reviewed.update.program)
        beyond_orders = [] if restores else order_findings(known, read=read, reviewed=reviewed, acting=acting)
        reviewed = with_more(reviewed, [*more, *beyond_orders], now)
        if beyond_orders and not is_prescriber(draft.second_person):
            reviewed = _wants_prescriber(reviewed)
    except BadInput as wrong:
        return Judged(review=None, wrong=_placed(wrong, draft.mode), figures=_strip(read, None))
    figures = _strip(read, reviewed)
    tip = pictures.tip_picture(reviewed, utc_offset_min=offset_min())
    if tip is not None and not read.motor_stalled and not _stays_empty(read, reviewed):
        figures["tip"] = tip
    seen, doubts = _foreseen(visit.patient, implant, read, reviewed, now_ms)
    return Judged(
        review=reviewed,
        wrong=None,
        figures=figures | seen,
        doubts=doubts,
        wants_prescriber=bool(beyond_orders),
        previous=previous,
    )


def _gives(program: Program) -> tuple[object, ...]:
    """What a program gives. Restoring the one before a short and explained stop is nobody's change of dose."""
    return program.drug, program.concentration_pg_per_nl, program.infusion_mode


def _stays_empty(read: Interrogation, reviewed: Review) -> bool:
    """Whether the pump counts its reservoir empty, and this update tells it of no fill: nothing comes to the tip."""
    return empty_since_ms(read) is not None and not reviewed.update.reservoir_nl


def with_more(reviewed: Review, more: Sequence[Finding], now: Circumstances) -> Review:
    """The review with what the visit itself asks for beside what the program does."""
    findings = tuple(worst_first([*reviewed.findings, *more]))
    verdict, missing = verdict_of(findings, now)
    return replace(reviewed, findings=findings, verdict=verdict, missing=missing)


def is_prescriber(username: str) -> bool:
    """Whether this is the user name of a prescriber."""
    return Person.objects.filter(username=username, role=Role.PRESCRIBER, is_active=True).exists()


def _wants_prescriber(reviewed: Review) -> Review:
    """The review, open until the second person is a prescriber."""
    if reviewed.verdict is Verdict.BLOCKED:
        return reviewed
    others = [each for each in reviewed.missing if each != "a second person"]
    return replace(reviewed, verdict=Verdict.WANTS_SIGNATURE, missing=(*others, "a prescriber as the second person"))


def _placed(wrong: BadInput, mode: str) -> BadInput:
    """The same refusal, by the name that the entry has on the page."""
    says = wrong.says.removeprefix(f"{wrong.field}: ")
    return BadInput(place_of(wrong.field, mode=mode) or "mode", says, remedy=wrong.remedy)


def _strip(read: Interrogation, reviewed: Review | None) -> dict[str, Figure]:
    """The programs in the same 24 hours."""
    pending = reviewed.update.program if reviewed is not None else None
    strip = pictures.program_strip(read.program, pending, read.at_ms)
    return {} if strip is None else {"program": strip}


def _foreseen(
    patient: Patient, implant: Implant, read: Interrogation, reviewed: Review, now_ms: int
) -> tuple[dict[str, Figure], Doubts | None]:
    """What is predicted of both programs, of one where nothing changes; nothing where predictions are not shown."""
    person, until_ms = pictures.person_of(patient, implant, now_ms), max(reviewed.until_ms, now_ms + AHEAD_MS)
    if person is None or not shows_predictions(patient):
        return {}, None
    window = pictures.Window(from_ms=read.at_ms, until_ms=until_ms, utc_offset_min=offset_min())
    current = forecast(read, person, until_ms=until_ms, every_ms=HOUR_MS)
    if isinstance(current, Refusal):
        return {}, None
    if reviewed.update == Update(program=reviewed.update.program) and reviewed.update.program == read.program:
        return pictures.predicted(current, None, window), doubts_of(current)
    pending = forecast(
        read, person, update=reviewed.update, update_ms=max(now_ms, read.at_ms), until_ms=until_ms, every_ms=HOUR_MS
    )
    if isinstance(pending, Refusal):
        return {}, None
    return pictures.predicted(current, pending, window), doubts_of(pending)
