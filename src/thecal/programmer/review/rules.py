"""Every rule of a review, in the order of a visit, and what the findings add up to."""

from enum import Enum, auto

from thecal.care.bridge import NoBridge, judge_bridge
from thecal.care.flex import judge_peak
from thecal.care.limits import BRIDGE_DECISION
from thecal.care.mixing import judge_mixture
from thecal.care.need import NeedCase, judge_need
from thecal.care.prime import judge_prime
from thecal.care.residual import Discrepancy, judge_post_fill, judge_residual, residual_unknown
from thecal.care.restart import Interruption, RestartCase, judge_restart
from thecal.care.starting import judge_slowest_start, judge_start
from thecal.care.titration import is_increase, judge_level, judge_lowering, judge_step
from thecal.findings import Finding, Rule, Severity, worst
from thecal.programmer.prescription import FlexDose, PeriodicDose, program_peak_hour_pg
from thecal.programmer.review.case import Case
from thecal.programmer.review.circumstances import Circumstances, PumpBefore, Refill, cause_read
from thecal.pump.bolus import BridgeBolus
from thecal.pump.commands import Update
from thecal.pump.devices import CATHETER_PER_CM, UNDELIVERABLE
from thecal.pump.infusion import MinimumRate, StopPump
from thecal.pump.memory import Pump, interrupted_since_ms
from thecal.pump.refusals import Refusal, RefusalCode
from thecal.sources import COMPUTED, OWN_CHOICE
from thecal.units import show_concentration, show_dose, show_volume

NOT_THE_LABEL = Rule(
    name="concentration.not_the_label",
    severity=Severity.BLOCK,
    asks="The concentration that is ordered is the one on the label of what was filled in.",
    source=f"{COMPUTED}: the pump's daily dose is its volume times this concentration",
    grade="derived",
)
NO_REFILL = Rule(
    name="concentration.no_refill",
    severity=Severity.TWO_PEOPLE,
    asks="A concentration changes with a refill, or a second person checks why.",
    source=f"{OWN_CHOICE}: what is in the reservoir changes only when it is filled",
    grade="assumed",
)
CUT_SHORT = Rule(
    name="bridge.cut_short",
    severity=Severity.TWO_PEOPLE,
    asks="A running bridge is not ended early by one person.",
    source=BRIDGE_DECISION.source,
    grade=BRIDGE_DECISION.grade,
    numbers=(BRIDGE_DECISION,),
)
VOLUME_CHANGED = Rule(
    name="path.volume_changed",
    severity=Severity.NOTE,
    asks="A path that measures otherwise than the pump was told is said.",
    source="SynchroMed II priming notice 2016/17, medicaldevices.icij.org, 8870 software card",
    grade="maker",
    numbers=(CATHETER_PER_CM,),
)
PUMP_REFUSES = Rule(
    name="pump.refuses",
    severity=Severity.BLOCK,
    asks="What the pump would refuse is not sent to it.",
    source=f"{COMPUTED}: the pump's own answer, asked for before anything is sent",
    grade="derived",
)
PUMP_STALLED = Rule(
    name="pump.stalled",
    severity=Severity.NOTE,
    asks="A stalled motor is said: nothing flows, whatever is programmed.",
    source="the pump's alarms as told by gillettechildrens.org, Intrathecal Baclofen Discharge Information",
    grade="maker",
)

RULES = (NOT_THE_LABEL, NO_REFILL, CUT_SHORT, VOLUME_CHANGED, PUMP_REFUSES, PUMP_STALLED)


class Verdict(Enum):
    """What the findings, and what was signed, add up to."""

    CLEAR = auto()
    WANTS_SIGNATURE = auto()
    BLOCKED = auto()


def all_findings(case: Case, update: Update, after: Pump | Refusal) -> list[Finding]:
    """Every rule, in the order of a visit."""
    found = [_stalled()] if case.read.motor_stalled else []
    found += _refill_findings(case)
    found += _dose_findings(case)
    found += _path_findings(case, update)
    if isinstance(after, Refusal) and not any(each.rule == "start.below_device" for each in found):
        found.append(_refused(case, after))
    return found


def _dose_findings(case: Case) -> list[Finding]:
    """Start, restart, or a step from one running dose to another."""
    new, now = case.new_pg_per_day, case.now
    found: list[Finding] = []
    if case.infuses and _starts(case) and now.pump_before is not None:
        found = _carried_on(case, now.pump_before)
    elif case.infuses and _starts(case):
        found = judge_start(
            dose_pg_per_day=new,
            concentration_pg_per_nl=case.program.concentration_pg_per_nl,
            screening=now.screening,
            slowest=case.slowest,
        )
    elif case.infuses and _restarts(case):
        found = judge_restart(
            RestartCase(
                new_pg_per_day=new,
                before_pg_per_day=case.old_pg_per_day if _knows_before(case) else None,
                stopped_for_ms=_stopped_for_ms(case),
                interruption=now.interruption or cause_read(case.read),
            )
        )
    elif not _starts(case) and case.read.dose_pg_per_day > 0:
        found = judge_step(
            old_pg_per_day=case.read.dose_pg_per_day,
            new_pg_per_day=new,
            origin=now.origin,
            age_years=now.age_years,
            phase=now.phase,
            since_start_ms=now.since_start_ms,
            since_arrival_ms=now.since_arrival_ms,
        )
        found += _need_findings(case)
    if isinstance(case.order.dosing, FlexDose | PeriodicDose):
        found += judge_peak(total_pg_per_day=new, peak_hour_pg=program_peak_hour_pg(case.program, case.model))
    return found + judge_level(new)


def _carried_on(case: Case, before: PumpBefore) -> list[Finding]:
    """A new pump's first program: the dose before it is what the body is used to, not the screening test's.

    So less than before is a lowering, as it would be at the pump that was taken out.
    """
    restart = RestartCase(
        new_pg_per_day=case.new_pg_per_day,
        before_pg_per_day=before.dose_pg_per_day,
        stopped_for_ms=None if before.ended_ms is None else case.read.at_ms - before.ended_ms,
        interruption=Interruption.REPLACED,
    )
    found = judge_restart(restart)
    if before.dose_pg_per_day is not None and case.new_pg_per_day < before.dose_pg_per_day:
        found += judge_lowering(old_pg_per_day=before.dose_pg_per_day, new_pg_per_day=case.new_pg_per_day)
    return found + judge_slowest_start(
        dose_pg_per_day=case.new_pg_per_day,
        concentration_pg_per_nl=case.program.concentration_pg_per_nl,
        slowest=case.slowest,
    )


def _need_findings(case: Case) -> list[Finding]:
    """A rising need asks about pump and catheter first, where the record was asked for one."""
    if case.now.need is None:
        return []
    running = case.read.dose_pg_per_day
    asked = NeedCase(
        need=case.now.need, old_pg_per_day=running, new_pg_per_day=case.new_pg_per_day, phase=case.now.phase
    )
    return judge_need(asked)


def _starts(case: Case) -> bool:
    """Whether this is the first infusion ever. A pump that has lost its program infused before."""
    return case.read.revision == 0 or case.now.first_infusion is True


def _restarts(case: Case) -> bool:
    """Whether delivery is restored after a stop, a spell at minimum rate, or a reservoir that ran empty."""
    return interrupted_since_ms(case.read) is not None


def _stopped_for_ms(case: Case) -> int | None:
    """How long nothing flowed, as the pump tells it."""
    since_ms = interrupted_since_ms(case.read)
    return None if since_ms is None else case.read.at_ms - since_ms


def _knows_before(case: Case) -> bool:
    """Whether the dose before the stop is known: from the program that was kept, or from the record."""
    kept = case.old is not None and not isinstance(case.old.infusion_mode, StopPump | MinimumRate)
    return kept or case.now.before_stop_pg_per_day is not None


def _refill_findings(case: Case) -> list[Finding]:
    """The syringe's word against the pump's, and what mixes in the reservoir."""
    refill = case.now.refill
    if refill is None:
        return [_no_refill(case)] if case.changes_drug else []
    found = judge_post_fill(put_in_nl=refill.filled_nl, found_nl=refill.found_nl, capacity_nl=case.model.capacity_nl)
    if refill.label_pg_per_nl not in {None, case.program.concentration_pg_per_nl} and case.infuses:
        found.append(_not_the_label(refill.label_pg_per_nl or 0, case.program.concentration_pg_per_nl))
    if case.old is None:
        return found
    found += _residual_findings(case, refill)
    if case.old.drug == case.program.drug:
        found += judge_mixture(
            residual_nl=UNDELIVERABLE.whole(),
            residual_concentration_pg_per_nl=case.old.concentration_pg_per_nl,
            fill_nl=refill.filled_nl,
            fill_concentration_pg_per_nl=case.program.concentration_pg_per_nl,
            dose_pg_per_day=case.new_pg_per_day,
        )
    return found


def _not_the_label(label_pg_per_nl: int, ordered_pg_per_nl: int) -> Finding:
    """The pump would count another drug than it holds. The right update is one entry away, so the wrong one waits."""
    filled, ordered = show_concentration(label_pg_per_nl), show_concentration(ordered_pg_per_nl)
    return NOT_THE_LABEL.finding(
        field="concentration_pg_per_nl",
        says=f"The reservoir was filled with {filled}; the order says {ordered}.",
        remedy=f"Order {filled}, as on the label, or record the refill as it was.",
    )


def _residual_findings(case: Case, refill: Refill) -> list[Finding]:
    """Expected against withdrawn."""
    if refill.withdrawn_nl is None:
        return [residual_unknown()]
    last = case.now.last_fill
    return judge_residual(
        now=Discrepancy(
            expected_nl=case.read.reservoir_nl,
            withdrawn_nl=refill.withdrawn_nl,
            programmed_nl=None if last is None else max(0, last.filled_nl - case.read.reservoir_nl),
        ),
        earlier=case.now.earlier,
        increases=_raises(case),
        restarts=case.infuses and _restarts(case),
        explained=bool(refill.explanation.strip()),
    )


def _raises(case: Case) -> bool:
    """Whether a running dose goes up; a restart after a stop is judged as that."""
    running = case.read.dose_pg_per_day
    if running == 0 or _restarts(case):
        return False
    return is_increase(old_pg_per_day=running, new_pg_per_day=case.new_pg_per_day)


def _no_refill(case: Case) -> Finding:
    assert case.old is not None, "only a change has something before it"
    old, new = case.old.concentration_pg_per_nl, case.program.concentration_pg_per_nl
    return NO_REFILL.finding(
        field="concentration_pg_per_nl",
        says=f"{show_concentration(old)} becomes {show_concentration(new)}, and no refill is recorded.",
        remedy="Record the refill; or, where the old entry was wrong, have a second person check and write down why.",
    )


def _path_findings(case: Case, update: Update) -> list[Finding]:
    """Bridge, prime, and volumes that are not what the pump was told."""
    found: list[Finding] = []
    if case.changes_drug and case.old is not None:
        found += judge_bridge(
            decision=case.now.bridge,
            parts=case.parts,
            old_pg_per_day=case.old_pg_per_day,
            new_pg_per_day=case.new_pg_per_day,
            old_concentration_pg_per_nl=case.old.concentration_pg_per_nl,
            new_concentration_pg_per_nl=case.program.concentration_pg_per_nl,
            same_drug=case.old.drug == case.program.drug,
            slowest=case.slowest,
        )
    if case.running_bridge_nl and not isinstance(update.bolus, BridgeBolus):
        found.append(_bridge_ends(case.running_bridge_nl))
    if case.infuses and (case.now.prime or not case.running_bridge_nl):
        found += judge_prime(
            parts=case.parts,
            asked=case.now.prime,
            concentration_pg_per_nl=(case.old or case.program).concentration_pg_per_nl,
        )
    return found + _volume_findings(case)


def _bridge_ends(left_nl: int) -> Finding:
    return CUT_SHORT.finding(
        field="bridge",
        says=f"A bridge is running and still owes {show_volume(left_nl)}; this update ends it.",
        remedy="Choose the bridge to run the rest of it first, or have a second person check and write down why.",
    )


def _volume_findings(case: Case) -> list[Finding]:
    """The path's volume in the pump's own program beside the one used here."""
    if case.old is None:
        return []
    was_nl = case.old.tubing_nl + case.old.catheter_nl
    is_nl = case.program.tubing_nl + case.program.catheter_nl
    if was_nl == is_nl:
        return []
    return [
        VOLUME_CHANGED.finding(
            field="catheter_length_mm",
            says=f"The pump was told {show_volume(was_nl)} of tubing and catheter; here it is {show_volume(is_nl)}.",
            remedy="Check the implanted length, trimmed part subtracted, and which tubing volume the old program used.",
        )
    ]


def _refused(case: Case, refusal: Refusal) -> Finding:
    """The pump's own answer. It stops nothing that the pump could do, and its remedy names the least that it can."""
    remedy = refusal.remedy
    if refusal.code is RefusalCode.RATE_BELOW_DEVICE:
        drug = case.program.concentration_pg_per_nl
        least = show_dose(case.slowest.whole() * drug)
        remedy += f" Of {show_concentration(drug)} it can give {least} or more, its minimum rate, or nothing."
    return PUMP_REFUSES.finding(
        field="prescription",
        says=f"The pump would refuse this. {refusal.says}",
        remedy=remedy,
    )


def _stalled() -> Finding:
    return PUMP_STALLED.finding(
        field="prescription",
        says="The pump says that its motor is stalled: nothing flows, whatever is programmed, until it turns again.",
        remedy="Treat for withdrawal, interrogate again, and find the cause; an update does not restart a motor.",
    )


def verdict_of(findings: tuple[Finding, ...], now: Circumstances) -> tuple[Verdict, tuple[str, ...]]:
    """What is still missing before the update may be sent. No bridge carries a reason of its own."""
    severity = worst(findings) or Severity.NOTE
    if severity is Severity.BLOCK:
        return Verdict.BLOCKED, ()
    missing: list[str] = []
    unexplained = [
        each
        for each in findings
        if each.severity >= Severity.REASON and not (each.rule == "bridge.none" and isinstance(now.bridge, NoBridge))
    ]
    if unexplained and not now.reason.strip():
        missing.append("a reason")
    if severity is Severity.TWO_PEOPLE and not now.second_person.strip():
        missing.append("a second person")
    return (Verdict.WANTS_SIGNATURE if missing else Verdict.CLEAR), tuple(missing)
