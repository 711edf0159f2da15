"""What the screening test's page shows and what it puts on the worklist."""

from collections.abc import Iterator

from thecal.care.limits import LARGEST_SCREENING
from thecal.care.responder import Drop, Verdict, judge_implant, judge_response
from thecal.care.scales import ARMS, LEGS, MuscleGroup, mean_hundredths
from thecal.care.screening import Response, next_dose_from_ms, next_step_pg
from thecal.care.screening_checklist import judge_checklist
from thecal.care.screening_watch import CLOSE_WATCH, LOOKS, LookState, judge_watch, looks
from thecal.care.screening_watch import Look as Time
from thecal.clinic.models import Stage
from thecal.clinic.steps.assessed import points_words
from thecal.clinic.steps.fields import NOT_KNOWN
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Table
from thecal.clinic.steps.screened import (
    CHECKLIST,
    Observed,
    ScreeningDose,
    checklist_case,
    dose_by,
    doses_of,
    implant_case,
    response_case,
    rule_of,
    signs_case,
    verdict_on,
    written_ms,
)
from thecal.clinic.when import moment, offset_min, show_time
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.figures import Figure, Line, Mark, Panel, line_chart
from thecal.findings import Finding
from thecal.units import DAY_MS, HOUR_MS, NO_BREAK_SPACE, show_duration, show_mass

HUNDREDTHS = 100
ASHWORTH_TOP = 4.0
WATCHED = {LookState.DUE, LookState.OVERDUE}


def look(known: Known) -> Look:
    """The last dose: what is due when, what was seen, and what the chosen rule makes of it."""
    doses = doses_of(known)
    last = doses[-1] if doses else None
    return Look(
        cards=() if last is None else (_card(last),),
        facts=tuple(_facts(known, last)),
        findings=tuple(_findings(known, last)),
        figures=tuple(_figures(known, doses)),
        tables=() if last is None else (_timeline(known, last), _doses_table(known, doses)),
    )


def due(known: Known) -> Iterator[WorkItem]:
    """The next look, the discharge, the verdict, or the next dose."""
    doses = doses_of(known)
    if not doses:
        return
    last = doses[-1]
    if last.left is None:
        yield _next_look(known, last) or _discharge(known, last)
    elif last.response is None:
        yield _item(known, Urgency.URGENT, "Judge the screening dose", known.now_ms, _given(last), "verdict")
    elif _goes_on(known, last):
        dose = show_mass(next_step_pg(last.dose_pg))
        why = f"{show_mass(last.dose_pg)} did not do enough. Not before {show_time(next_dose_from_ms(last.at_ms))}."
        what = f"Next screening dose, {dose} at most"
        yield _item(known, Urgency.ROUTINE, what, next_dose_from_ms(last.at_ms), why, "checklist")


def _goes_on(known: Known, last: ScreeningDose) -> bool:
    """Whether the series has a next step for somebody who still waits for it."""
    waits = known.patient.stage in {Stage.ASSESSMENT, Stage.BEFORE_SCREENING}
    return waits and last.response is Response.NOT_ENOUGH and last.dose_pg < LARGEST_SCREENING.whole()


def _next_look(known: Known, last: ScreeningDose) -> WorkItem | None:
    """The first time at which somebody should still look, on the day of the dose."""
    if known.now_ms - last.at_ms >= DAY_MS:
        return None
    open_ = [time for time in looks(last.watch(known.now_ms)) if time.state in {*WATCHED, LookState.AHEAD}]
    if not open_:
        return None
    time = open_[0]
    after_ms = time.due_ms - last.at_ms
    urgency = Urgency.ROUTINE if time.state is LookState.AHEAD else Urgency.URGENT
    if time.state is LookState.OVERDUE and after_ms <= CLOSE_WATCH.whole():
        urgency = Urgency.EMERGENCY
    what = f"Look {_after(after_ms)} after the screening dose"
    return _item(known, urgency, what, time.due_ms, f"{_given(last)} {time.state.value.capitalize()}.", "observation")


def _discharge(known: Known, last: ScreeningDose) -> WorkItem:
    by_ms = last.at_ms + LOOKS[-1].whole()
    return _item(known, Urgency.URGENT, "Discharge after the screening dose", by_ms, _given(last), "discharge")


def _item(known: Known, urgency: Urgency, what: str, by_ms: int, why: str, sheet: str) -> WorkItem:
    return step_item(known.patient, "screening", urgency=urgency, what=what, by_ms=by_ms, why=why, sheet_key=sheet)


def _given(dose: ScreeningDose) -> str:
    return f"{show_mass(dose.dose_pg)} was given {show_time(dose.at_ms)}."


def _card(last: ScreeningDose) -> Card:
    """Where the last dose stands."""
    if last.left_ms is None:
        urgency, says = "urgent", "The patient is being watched."
    else:
        urgency, says = "routine", f"The patient left {show_time(last.left_ms)}."
    return Card(
        urgency=urgency, title=f"{show_mass(last.dose_pg)}, {show_time(last.at_ms)}", says=f"{says} {_judged(last)}"
    )


def _judged(dose: ScreeningDose) -> str:
    said = {Response.ENOUGH: "It did enough.", Response.NOT_ENOUGH: "It did not do enough."}
    return "The team has not judged it yet." if dose.response is None else said[dose.response]


def _facts(known: Known, last: ScreeningDose | None) -> Iterator[tuple[str, str]]:
    """The chosen rule first, whatever else there is."""
    rule, in_time = rule_of(known)
    late = "" if in_time or rule is None else " Chosen after the first dose."
    yield "A response is", f"{rule.value}.{late}" if rule else "not chosen yet"
    if last is None:
        return
    verdict = verdict_on(known, last)
    yield "By that rule", by_rule(verdict)
    if verdict.best is not None and verdict.best.mean:
        yield "Greatest mean drop", _drop(verdict.best)
    if verdict.responded:
        yield "The effect lasted", _lasted(verdict)
    if _goes_on(known, last):
        yield "Next dose not before", show_time(next_dose_from_ms(last.at_ms))


def _drop(best: Drop) -> str:
    return f"{best.mean} over {best.groups} groups, {_after(best.after_ms)} after the dose"


def by_rule(verdict: Verdict) -> str:
    """What the chosen rule makes of a dose, in words."""
    return {True: "a response", False: "no response", None: "it cannot be told"}[verdict.responded]


def _lasted(verdict: Verdict) -> str:
    if verdict.lasted_ms is None:
        return NOT_KNOWN
    still = ", and was still there then" if verdict.present_at_last else " at most"
    return f"{_after(verdict.lasted_ms)}{still}"


def _findings(known: Known, last: ScreeningDose | None) -> Iterator[Finding]:
    """What is missing around the last dose; before the next one, what the checklist says against it."""
    if last is not None:
        if last.left is None and known.now_ms - last.at_ms < DAY_MS:
            yield from judge_watch(last.watch(known.now_ms))
        if last.observed:
            yield from judge_response(response_case(known, last))
    checked = known.latest(CHECKLIST)
    if checked is not None and (last is None or _goes_on(known, last)):
        yield from judge_checklist(checklist_case(checked.values))
    if last is not None and last.response is not None:
        yield from judge_implant(implant_case(known))


def told_by_rule(known: Known) -> str:
    """What the chosen rule makes of the dose that a verdict is about: shown beside the team's own."""
    dose = dose_by(known, written_ms(known))
    if dose is None:
        return "No dose is on record."
    verdict = verdict_on(known, dose)
    drop = "" if verdict.best is None or not verdict.best.mean else f" Greatest mean drop: {_drop(verdict.best)}."
    return f"{_given(dose)} By the chosen rule: {by_rule(verdict)}.{drop}"


def _timeline(known: Known, last: ScreeningDose) -> Table:
    """Every time at which somebody looks, and what was found."""
    seen = {one.at_ms: one for one in last.observed}
    rows = tuple(
        (_after(time.due_ms - last.at_ms), _clock(time.due_ms), _state(time), _found(seen, time))
        for time in looks(last.watch(known.now_ms))
    )
    head = ("After the dose", "Due", "State", "Found")
    caption = f"After {show_mass(last.dose_pg)}, {show_time(last.at_ms)}: what is due when"
    return Table(caption=caption, head=head, rows=rows)


def _state(time: Time) -> str:
    return time.state.value if time.done_ms is None else f"{time.state.value}, {_clock(time.done_ms)}"


def _clock(at_ms: int) -> str:
    """09:30, of a day that the table's heading names."""
    return f"{moment(at_ms):%H:%M}"


def _found(seen: dict[int, Observed], time: Time) -> str:
    one = seen.get(time.done_ms) if time.done_ms is not None else None
    if one is None:
        return "—"
    signs = signs_case(one.record.values)
    awake = "wakefulness not known" if signs.wakefulness is None else signs.wakefulness.value.lower()
    penn = "" if one.penn is None else f"; Penn {int(one.penn)}"
    return f"legs {points_words(mean_hundredths(one.tones))}{penn}; {awake}"


def _doses_table(known: Known, doses: list[ScreeningDose]) -> Table:
    """Every dose with the rule's verdict and the team's."""
    rows = tuple(
        (
            show_time(dose.at_ms),
            show_mass(dose.dose_pg),
            by_rule(verdict_on(known, dose)),
            {Response.ENOUGH: "enough", Response.NOT_ENOUGH: "not enough", None: "not judged"}[dose.response],
        )
        for dose in doses
    )
    return Table(caption="Doses", head=("Given", "Dose", "By the rule", "By the team"), rows=rows)


def _figures(known: Known, doses: list[ScreeningDose]) -> Iterator[Figure]:
    """Mean grade of legs and arms against time, with each dose as a mark."""
    drawn = [
        Line(label="legs", points=_points(doses, LEGS)),
        Line(label="arms", points=_points(doses, ARMS), kind="reference"),
    ]
    lines = [line for line in drawn if len(line.points) > 1]
    if lines:
        yield line_chart(
            [Panel(title="Mean Ashworth grade", unit="points", lines=lines, low=0.0, high=ASHWORTH_TOP)],
            utc_offset_min=offset_min(),
            name="screening-tone",
            title="Tone since the screening dose",
            caption="The mean of the grades that were examined, before each dose and at each look after it.",
            marks=[Mark(at_ms=dose.at_ms, says=show_mass(dose.dose_pg)) for dose in doses],
            until_ms=max(known.now_ms, doses[-1].at_ms) if known.now_ms - doses[-1].at_ms < DAY_MS else None,
        )


def _after(after_ms: int) -> str:
    """4 h, where that is exact."""
    hours, rest_ms = divmod(after_ms, HOUR_MS)
    return show_duration(after_ms) if rest_ms else f"{hours}{NO_BREAK_SPACE}h"


def _points(doses: list[ScreeningDose], groups: frozenset[MuscleGroup]) -> list[tuple[int, float]]:
    """(time, mean grade), the examination before a dose standing at the dose."""
    points: dict[int, float] = {}
    for dose in doses:
        seen = [(dose.at_ms, dose.before)] if dose.before else []
        for at_ms, one in [*seen, *((each.at_ms, each.seen(dose.at_ms)) for each in dose.observed)]:
            mean = mean_hundredths(one.tones, groups=groups)
            if mean is not None:
                points[at_ms] = mean / HUNDREDTHS
    return sorted(points.items())
