"""Trouble: a first look, the stepwise search for the cause with what each step found, and the restart afterwards.

A search begins with a first look and goes on until somebody writes down how it ended; what an earlier search found
stays with that one.
"""

from collections.abc import Iterator

from thecal.care.hospital import OBSERVE_START
from thecal.care.restart import Interruption, SettingCase, judge_setting, offers_previous
from thecal.care.search import SEARCH, Result, SearchCase, StepResult, judge_search, next_step, result_of
from thecal.care.trouble import ContrastCase, SignsCase, judge_contrast, judge_signs
from thecal.clinic.models import StepRecord, UpdateStatus
from thecal.clinic.steps.assessed import seen_ms
from thecal.clinic.steps.fields import Choice, Text, YesNo
from thecal.clinic.steps.known import Known
from thecal.clinic.steps.mechanism import Card, Look, Sheet, Step, Values
from thecal.clinic.steps.sheet_form import Section, SheetForm
from thecal.clinic.steps.trouble_forms import (
    CAUSES,
    INTERRUPTIONS,
    RESULT_WORDS,
    RESULTS,
    STEP_CHOICES,
    EndForm,
    FirstLookForm,
    RestartForm,
)
from thecal.clinic.when import show_time
from thecal.clinic.work_items import Urgency, WorkItem, step_item
from thecal.findings import Finding
from thecal.units import HOUR_MS

KEY = "trouble"
CONTRAST_STEP, PORT_STEP, REVISION_STEP = 10, 9, 16


class SearchForm(SheetForm):
    """One step of the search, and what it found."""

    sections = (
        Section("The step", ("step", "result", "words")),
        Section("Meanwhile", ("injected", "aspirated", "raises_dose"), "Hardware before dose."),
    )
    step = Choice("Which step", STEP_CHOICES)
    result = Choice("What it gave", tuple((key, RESULT_WORDS[result].capitalize()) for key, result in RESULTS.items()))
    words = Text("What was found", rows=3, longest=1000)
    injected = YesNo("Is or was anything injected through the catheter access port?")
    aspirated = YesNo("Was the catheter aspirated before that?")
    raises_dose = YesNo("Is the dose to be raised meanwhile?")

    def prepare(self, known: Known) -> None:
        """The step that is next stands first; it can be changed."""
        following = next_step(results_of(known))
        self.fields["step"].initial = "" if following is None else str(following.number)


def _judge_first_look(values: Values, known: Known) -> list[Finding]:
    del known
    return judge_signs(
        SignsCase(
            tone_rises_fast=values["tone_rises_fast"],
            unstable=values["unstable"],
            floppy=values["floppy"],
            drowsy=values["drowsy"],
        )
    )


def _judge_search(values: Values, known: Known) -> list[Finding]:
    """One step judged with those before it. Whether the catheter was aspirated is also known from its own step."""
    results = results_of(known)
    this = _result_in(values)
    results = results if this is None else (*results, this)
    found = judge_search(SearchCase(results=results, raises_dose=values["raises_dose"]))
    return _judge_injection(values, results) + found


def _judge_injection(values: Values, results: tuple[StepResult, ...]) -> list[Finding]:
    contrast = values["step"] == str(CONTRAST_STEP)
    if values["injected"] is not True and not (contrast and values["injected"] is None):
        return []
    by_step = {Result.SOUND: True, Result.NOT_POSSIBLE: False}
    known = by_step.get(result_of(results, PORT_STEP) or Result.FAULT)
    aspirated = values["aspirated"] if values["aspirated"] is not None else known
    return judge_contrast(ContrastCase(injects=True, aspirated=aspirated))


def _judge_restart(values: Values, known: Known) -> list[Finding]:
    del known
    return judge_setting(
        SettingCase(
            stopped_for_ms=_stopped_for_ms(values),
            interruption=_interruption(values),
            set_by_prescriber=values["set_by_prescriber"],
            monitored_bed=values["monitored_bed"],
        )
    )


def _stopped_for_ms(values: Values) -> int | None:
    hours = values.get("stopped_for_h")
    return None if hours is None else int(hours) * HOUR_MS


def _interruption(values: Values) -> Interruption | None:
    known = INTERRUPTIONS.get(values.get("interruption") or "")
    return None if known is None else known[0]


def _result_in(values: Values) -> StepResult | None:
    """The step and its result; None where one of them is not known, for then nothing counts as done."""
    step, result = values.get("step"), RESULTS.get(values.get("result") or "")
    return None if step is None or result is None else StepResult(step=int(step), result=result)


def _tells_first_look(values: Values) -> str:
    words = {
        "drowsy": "drowsy",
        "floppy": "floppy",
        "tone_rises_fast": "tone rises fast",
        "unstable": "unstable",
    }
    seen = [word for name, word in words.items() if values.get(name) is True]
    told = ", ".join(seen).capitalize() if seen else "No sign of an emergency seen"
    return f"{told}. {values.get('words') or ''}".strip()


def _tells_search(values: Values) -> str:
    this = _result_in(values)
    if this is None:
        return f"Step or result not known. {values.get('words') or ''}".strip()
    return f"{SEARCH[this.step].do}: {RESULT_WORDS[this.result]}. {values.get('words') or ''}".strip()


def _tells_end(values: Values) -> str:
    return f"{dict(CAUSES).get(values.get('cause') or '', 'Cause not known')}. {values.get('words') or ''}".strip()


def _tells_restart(values: Values) -> str:
    known = INTERRUPTIONS.get(values.get("interruption") or "")
    why = "Why delivery was interrupted is not known" if known is None else known[1]
    hours = values.get("stopped_for_h")
    return f"{why}; {'for how long is not known' if hours is None else f'for {hours} h'}."


FIRST_LOOK = Sheet(
    key="trouble.first_look",
    title="First look",
    button="Begin the search",
    form=FirstLookForm,
    judge=_judge_first_look,
    tells=_tells_first_look,
    says="Too much can look like too little. A person in danger is treated first; the search goes on beside it.",
)
SEARCHED = Sheet(
    key="trouble.search",
    title="Step of the search",
    button="Record this step",
    form=SearchForm,
    judge=_judge_search,
    tells=_tells_search,
    says="One record for each step, in any order; the page says which come first.",
)
END = Sheet(
    key="trouble.end",
    title="End of the search",
    button="End the search",
    form=EndForm,
    tells=_tells_end,
)
RESTART = Sheet(
    key="trouble.restart",
    title="Restart after an interruption",
    button="Record the interruption",
    form=RestartForm,
    judge=_judge_restart,
    tells=_tells_restart,
    says="Short and explained: the program before is offered in the visit. Nothing here waits or blocks.",
)


def search_of(known: Known) -> StepRecord | None:
    """The first look of the search that goes on; None where none does."""
    return _search(known)[0]


def steps_of(known: Known) -> list[StepRecord]:
    """What was recorded in the search that goes on, oldest first; nothing where none does."""
    return _search(known)[1]


def _search(known: Known) -> tuple[StepRecord | None, list[StepRecord]]:
    """Walks the records in their order: a first look begins a search anew, an end ends it."""
    begun: StepRecord | None = None
    steps: list[StepRecord] = []
    for record in known.records:
        if record.wants_second:
            continue
        if record.sheet in {FIRST_LOOK.key, END.key}:
            begun, steps = (record if record.sheet == FIRST_LOOK.key else None), []
        elif record.sheet == SEARCHED.key and begun is not None:
            steps.append(record)
    return begun, steps


def results_of(known: Known) -> tuple[StepResult, ...]:
    """What the search that goes on gave so far. The first look is its step 0."""
    begun = search_of(known)
    found = (_result_in(record.values) for record in steps_of(known))
    later = tuple(each for each in found if each is not None)
    return later if begun is None else (_first_result(begun), *later)


def _first_result(begun: StepRecord) -> StepResult:
    return StepResult(step=0, result=Result.FAULT if begun.urgency in {"now", "today"} else Result.SOUND)


def interruption_of(known: Known) -> Interruption | None:
    """Why the pump that was last read as giving nothing gives nothing, as written down since; None where nobody did."""
    record = _of_this_interruption(known)
    return None if record is None else _interruption(record.values)


def _of_this_interruption(known: Known) -> StepRecord | None:
    """What was written of the interruption that was last read; None where nobody did, or the pump was read to give."""
    record, pump = known.latest("trouble.restart"), known.chart.pump
    if record is None or pump is None or pump.interrupted_since_ms is None:
        return None
    return record if seen_ms(record) >= pump.interrupted_since_ms else None


def _look(known: Known) -> Look:
    begun, results = search_of(known), results_of(known)
    last = {} if begun is None else {0: begun}
    for record in steps_of(known):
        this = _result_in(record.values)
        if this is not None:
            last[this.step] = record
    following = next_step(results)
    rows = [
        {
            "step": step,
            "result": RESULT_WORDS.get(result) if (result := result_of(results, step.number)) else None,
            "wrong": result in {Result.FAULT, Result.NOT_POSSIBLE},
            "record": last.get(step.number),
            "next": following is not None and following.number == step.number,
        }
        for step in SEARCH
    ]
    return Look(
        cards=_cards(known),
        findings=tuple(judge_search(SearchCase(results=results))) if begun is not None else (),
        extra={"search_rows": rows, "begun": begun},
    )


def _cards(known: Known) -> tuple[Card, ...]:
    begun, record = search_of(known), _restart_to_come(known)
    cards: list[Card] = []
    if begun is not None:
        cards.append(
            Card(
                urgency="urgent",
                title=f"A search goes on since {show_time(begun.made_ms)}",
                says=_tells_first_look(begun.values),
            )
        )
    if record is not None:
        cards.append(_restart_card(record))
    return tuple(cards)


def _restart_to_come(known: Known) -> StepRecord | None:
    """What was written of a restart, until the pump was read running after it."""
    record, pump = known.latest("trouble.restart"), known.chart.pump
    if record is None or pump is None or seen_ms(record) >= pump.read_ms:
        return record
    return _of_this_interruption(known)


def _offers(record: StepRecord) -> bool:
    """Whether the program before may be restored, by what was written of the interruption."""
    values = record.values
    return offers_previous(stopped_for_ms=_stopped_for_ms(values), interruption=_interruption(values))


def _restart_card(record: StepRecord) -> Card:
    said = _tells_restart(record.values)
    if _offers(record):
        return Card(
            urgency="routine",
            title="Restart: the program before may be restored",
            says=f"{said} Open a visit, interrogate, order the same program, review.",
        )
    return Card(
        urgency="urgent",
        title="Restart: a prescriber sets the dose, in a monitored bed",
        says=f"{said} The dose before is not offered; somebody watches breathing and alertness.",
    )


def _watch_due(known: Known) -> Iterator[WorkItem]:
    """A restart at a dose that was set anew is watched: overdoses came about six hours after one."""
    record, implant, pump = known.latest("trouble.restart"), known.chart.implant, known.chart.pump
    if record is None or implant is None or pump is None or pump.interrupted_since_ms is not None or _offers(record):
        return
    since = implant.updates.filter(status=UpdateStatus.CONFIRMED, settled_ms__gte=seen_ms(record))
    restarted_ms = since.order_by("settled_ms").values_list("settled_ms", flat=True).first()
    if restarted_ms is None or known.now_ms >= restarted_ms + OBSERVE_START.whole():
        return
    until_ms = restarted_ms + OBSERVE_START.whole()
    yield step_item(
        known.patient,
        "surgery",
        urgency=Urgency.URGENT,
        what="Watch the restart",
        by_ms=until_ms,
        why=f"It restarted {show_time(restarted_ms)}: breathing and alertness, in a watched bed, "
        f"until {show_time(until_ms)}.",
        sheet_key="day_check",
    )


def _due(known: Known) -> Iterator[WorkItem]:
    """A restart that is watched, and the next step of a search that goes on."""
    yield from _watch_due(known)
    begun = search_of(known)
    if begun is None:
        return
    following = next_step(results_of(known))
    words = "every step is done" if following is None else f"next is step {following.number}, {following.do.lower()}"
    yield step_item(
        known.patient,
        KEY,
        urgency=Urgency.URGENT,
        what="Go on with the search for the cause",
        by_ms=begun.made_ms,
        why=f"It began {show_time(begun.made_ms)}; {words}.",
    )


STEP = Step(
    number=12,
    key=KEY,
    title="Trouble",
    purpose="Too little, too much, or a need that rises: the person first, then the search for the cause by steps.",
    sheets=(FIRST_LOOK, SEARCHED, END, RESTART),
    look=_look,
    due=_due,
    template="steps/trouble.html",
)
