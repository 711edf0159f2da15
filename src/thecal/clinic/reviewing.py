"""A visit's review: the draft against the latest read-out, judged, drawn, and forecast. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from thecal.care.refill_visit import EndCase
from thecal.care.residual import Discrepancy
from thecal.care.titration import Origin as CareOrigin
from thecal.care.titration import Phase
from thecal.clinic import pictures, refilling
from thecal.clinic.draft import Draft
from thecal.clinic.models import Fill, Implant, Origin, Patient, Person, Stage, Visit
from thecal.clinic.typed import place_of
from thecal.clinic.when import offset_min
from thecal.errors import BadInput
from thecal.figures import Figure
from thecal.findings import Finding, worst_first
from thecal.programmer.review import Circumstances, LastFill, Refill, Review, Verdict, review
from thecal.programmer.review.rules import verdict_of
from thecal.pump.bolus import BridgeBolus, PrimingBolus
from thecal.pump.commands import Update
from thecal.pump.devices import PUMP_MODELS
from thecal.pump.events import Event, EventKind
from thecal.pump.memory import Interrogation
from thecal.pump.refusals import Refusal
from thecal.twin.forecast import Forecast, forecast
from thecal.units import DAY_MS, HOUR_MS, round_div

ORIGINS = {Origin.SPINAL: CareOrigin.SPINAL, Origin.CEREBRAL: CareOrigin.CEREBRAL}
AHEAD_MS = 4 * DAY_MS
"""How far the forecast is drawn: withdrawal and overdose show within it."""
DAYS_A_YEAR = 365.2425


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the page shows of a draft: the review with its pictures, or the one entry that cannot be meant."""

    review: Review | None
    wrong: BadInput | None
    figures: dict[str, Figure]
    assumptions: tuple[str, ...]

    @property
    def may_update(self) -> bool:
        """Whether everything that is asked for is there."""
        return self.review is not None and self.review.verdict is Verdict.CLEAR


def judge(
    visit: Visit, implant: Implant, read: Interrogation, draft: Draft, *, now_ms: int, acting: Person | None = None
) -> Judged:
    """The draft judged against the read-out that was made in this visit, as `acting` would send it; None is anybody."""
    try:
        now = circumstances(visit, implant, read, draft)
        reviewed = review(
            interrogation=read,
            prescription=draft.order(),
            pump_model=PUMP_MODELS[implant.pump_model],
            circumstances=now,
        )
        reviewed = with_more(reviewed, _of_the_visit(visit, implant, read, acting), now)
    except BadInput as wrong:
        return Judged(review=None, wrong=_placed(wrong, draft.mode), figures=_strip(read, None), assumptions=())
    figures = _strip(read, reviewed)
    tip = pictures.tip_picture(reviewed, utc_offset_min=offset_min())
    if tip is not None and not read.motor_stalled:
        figures["tip"] = tip
    seen, assumptions = _foreseen(visit.patient, implant, read, reviewed, now_ms)
    return Judged(review=reviewed, wrong=None, figures=figures | seen, assumptions=assumptions)


def with_more(reviewed: Review, more: Sequence[Finding], now: Circumstances) -> Review:
    """The review with what the visit itself asks for beside what the program does."""
    findings = tuple(worst_first([*reviewed.findings, *more]))
    verdict, missing = verdict_of(findings, now)
    return replace(reviewed, findings=findings, verdict=verdict, missing=missing)


def _of_the_visit(visit: Visit, implant: Implant, read: Interrogation, acting: Person | None) -> list[Finding]:
    """What was left open in the refill that this update tells the pump of."""
    del acting
    fill = implant.fills.filter(pk=visit.draft.get("fill")).first()
    told = read.program.concentration_pg_per_nl if read.program is not None else None
    return [] if fill is None else fill_findings(visit, fill, told)


def fill_findings(visit: Visit, fill: Fill, told_pg_per_nl: int | None) -> list[Finding]:
    """What identity, label and needle of a fill ask for, by the protocol that was kept with it."""
    beside = refilling.Bedside(
        patient=visit.patient,
        told_pg_per_nl=told_pg_per_nl,
        capacity_nl=PUMP_MODELS[fill.implant.pump_model].capacity_nl,
        now_ms=fill.at_ms,
    )
    protocol = refilling.Protocol.from_json(fill.checks)
    return refilling.findings_of(refilling.case_of(protocol, beside, read_pump=True, end=EndCase()))


def _placed(wrong: BadInput, mode: str) -> BadInput:
    """The same refusal, by the name that the entry has on the page."""
    says = wrong.says.removeprefix(f"{wrong.field}: ")
    return BadInput(place_of(wrong.field, mode=mode) or "mode", says, remedy=wrong.remedy)


def circumstances(visit: Visit, implant: Implant, read: Interrogation, draft: Draft) -> Circumstances:
    """What the record knows and the rules need; what it does not know stays None."""
    patient = visit.patient
    fills = list(implant.fills.order_by("at_ms", "id"))
    during = [fill for fill in fills if fill.at_ms >= visit.opened_ms and visit.draft.get("fill") == fill.pk]
    before = [fill for fill in fills if fill not in during]
    return Circumstances(
        origin=ORIGINS[Origin(patient.origin)],
        age_years=_age_years(patient, read.at_ms),
        phase={Stage.TITRATING: Phase.TITRATION, Stage.MAINTAINED: Phase.MAINTENANCE}.get(Stage(patient.stage)),
        since_start_ms=_since_start(read),
        since_arrival_ms=since_arrival_ms(read),
        catheter_length_mm=implant.catheter_implanted_mm,
        refill=_refill(during[-1], draft) if during else None,
        last_fill=LastFill(at_ms=before[-1].at_ms, filled_nl=before[-1].volume_nl) if before else None,
        earlier=_discrepancy(before),
        bridge=draft.decision(),
        reason=draft.reason,
        second_person=draft.second_person,
    )


def since_arrival_ms(read: Interrogation) -> int | None:
    """How long the present dose has been at the tip; negative while it is under way; None where the log is too short.

    In plug flow a new rate is at the tip at once; a new drug is there when its bridge or prime has ended.
    """
    if isinstance(read.bolus, BridgeBolus | PrimingBolus) and read.bolus_left_nl is not None:
        return -round_div(read.bolus_left_nl * DAY_MS, read.bolus.rate_nl_per_day)
    committed = _last(read.log, EventKind.UPDATE_COMMITTED)
    if committed is None:
        return None
    ended = [event for event in read.log if event.kind is EventKind.BOLUS_ENDED and event.at_ms >= committed.at_ms]
    return read.at_ms - (ended[-1].at_ms if ended else committed.at_ms)


def _last(log: tuple[Event, ...], kind: EventKind) -> Event | None:
    return next((event for event in reversed(log) if event.kind is kind), None)


def _since_start(read: Interrogation) -> int | None:
    """Since the first program ever, where the log still reaches back to it."""
    if not read.log or read.log[0].sequence != 0:
        return None
    first = next((event for event in read.log if event.kind is EventKind.UPDATE_COMMITTED), None)
    return None if first is None else read.at_ms - first.at_ms


def _age_years(patient: Patient, at_ms: int) -> int:
    today = datetime.fromtimestamp(at_ms // 1_000, tz=UTC).date()
    return int((today - patient.born).days // DAYS_A_YEAR)


def _refill(fill: Fill, draft: Draft) -> Refill:
    return Refill(
        filled_nl=fill.volume_nl,
        label_pg_per_nl=fill.concentration_pg_per_nl,
        withdrawn_nl=fill.residual_withdrawn_nl,
        found_nl=draft.found_nl(),
        explanation=draft.explanation,
    )


def _discrepancy(before: list[Fill]) -> Discrepancy | None:
    """What the fill before this visit found, against the fill before that."""
    if len(before) < 2:
        return None
    last, earlier = before[-1], before[-2]
    if last.residual_expected_nl is None or last.residual_withdrawn_nl is None:
        return None
    return Discrepancy(
        expected_nl=last.residual_expected_nl,
        withdrawn_nl=last.residual_withdrawn_nl,
        programmed_nl=max(0, earlier.volume_nl - last.residual_expected_nl),
    )


def _strip(read: Interrogation, reviewed: Review | None) -> dict[str, Figure]:
    """The programs in the same 24 hours."""
    pending = reviewed.update.program if reviewed is not None else None
    strip = pictures.program_strip(read.program, pending, read.at_ms)
    return {} if strip is None else {"program": strip}


def _foreseen(
    patient: Patient, implant: Implant, read: Interrogation, reviewed: Review, now_ms: int
) -> tuple[dict[str, Figure], tuple[str, ...]]:
    """The predicted effect of both programs, of one where nothing changes, and the spine under the pending one."""
    person, until_ms = pictures.person_of(patient, implant), max(reviewed.until_ms, now_ms + AHEAD_MS)
    if person is None:
        return {}, ()
    current = forecast(read, person, until_ms=until_ms, every_ms=HOUR_MS)
    if isinstance(current, Refusal):
        return {}, ()
    if reviewed.update == Update(program=reviewed.update.program) and reviewed.update.program == read.program:
        return _drawn(current, None, implant, read, until_ms), current.assumptions
    pending = forecast(
        read, person, update=reviewed.update, update_ms=max(now_ms, read.at_ms), until_ms=until_ms, every_ms=HOUR_MS
    )
    if isinstance(pending, Refusal):
        return {}, ()
    return _drawn(current, pending, implant, read, until_ms), pending.assumptions


def _drawn(
    current: Forecast, pending: Forecast | None, implant: Implant, read: Interrogation, until_ms: int
) -> dict[str, Figure]:
    window = pictures.Window(from_ms=read.at_ms, until_ms=until_ms, utc_offset_min=offset_min())
    last_day = until_ms - DAY_MS
    return {
        "effect": pictures.effect_picture(current, pending, window),
        "spine": pictures.spine_picture(
            pending or current,
            tip_level=implant.tip_level,
            from_ms=last_day - last_day % HOUR_MS,
            utc_offset_min=offset_min(),
            title="Predicted drug along the spine, last day of the forecast",
        ),
    }
