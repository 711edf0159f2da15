"""The diary: one question on a page. An answer that cannot wait says at once whom to call."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thecal.care.diary import NOT_KNOWN, judge_entry, whom_to_call
from thecal.clinic.access import at_home
from thecal.clinic.actions.steps import forget_draft, keep_draft, record_sheet
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.models import StepDraft, StepRecord
from thecal.clinic.steps import own
from thecal.clinic.steps.mechanism import Doing
from thecal.clinic.views.own.desk import Home, home_of, own_records, show
from thecal.findings import Finding, most_urgent

ASKED, DAY = (section.names for section in own.DiaryForm.sections)
LAST = "day"
"""The page that asks for what can wait, all at once."""


@at_home
@require_safe
def entries(request: AuthenticatedRequest) -> HttpResponse:
    """What was written so far, newest first."""
    home = home_of(request)
    rows = [(record, own.DIARY.tells(record.values)) for record in own_records(home, own.DIARY.key)]
    page = {"rows": rows, "begun": _typed(request, home), "first_question": ASKED[0]}
    return show(request, home, "own/diary.html", page)


@at_home
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AuthenticatedRequest, question: str) -> HttpResponse:
    """One question, or what can wait; its answer is kept at once."""
    home, names = home_of(request), _names(question)
    typed = _typed(request, home)
    if request.method != "POST":
        return _show_question(request, home, question, own.DiaryForm(typed, known=home.known))
    answers = typed | {name: request.POST.get(name, "") for name in names}
    form = own.DiaryForm(answers, known=home.known)
    if any(form.errors.get(name) for name in names):
        return _show_question(request, home, question, form, status=422)
    keep_draft(patient=home.known.patient, sheet=own.DIARY, typed=answers, acting=request.user, now=home.now)
    before = _flags(own.DiaryForm(typed, known=home.known).values())
    after = _flags(form.values())
    if _rose(before, after):
        return redirect("own_diary_call", question)
    return redirect("own_diary_ask", _next(question)) if question != LAST else redirect("own_diary_check")


@at_home
@require_safe
def call(request: AuthenticatedRequest, question: str) -> HttpResponse:
    """Whom to call, now that this was answered. The diary can wait."""
    home = home_of(request)
    _names(question)
    flags = _flags(own.DiaryForm(_typed(request, home), known=home.known).values())
    page = {"findings": flags, "whom": whom_to_call(flags), "next": _next(question)}
    return show(request, home, "own/diary_call.html", page)


@at_home
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: AuthenticatedRequest) -> HttpResponse:
    """The answers before they are sent, and their sending. What is not answered is sent as not known."""
    home = home_of(request)
    form = own.DiaryForm(_typed(request, home), known=home.known)
    values = form.values()
    if request.method != "POST":
        return show(request, home, "own/diary_check.html", {"shown": _with_questions(form, values)})
    doing = Doing(values=values, known=home.known, acting=request.user, now=home.now)
    record = record_sheet(sheet=own.DIARY, doing=doing, findings=own.DIARY.judge(values, home.known))
    return redirect("own_diary_sent", record.pk)


@at_home
@require_safe
def sent(request: AuthenticatedRequest, record_id: int) -> HttpResponse:
    """An entry as it was sent, and whom to call about it."""
    home = home_of(request)
    entries_ = StepRecord.objects.filter(patient=home.known.patient, sheet=own.DIARY.key)
    record = get_object_or_404(entries_, pk=record_id)
    findings = judge_entry(own.entry_of(record.values))
    page = {
        "record": record,
        "findings": findings,
        "whom": whom_to_call(findings),
        "shown": own.DiaryForm(known=home.known).shown(record.values),
    }
    return show(request, home, "own/diary_sent.html", page)


@at_home
@require_POST
def throw_away(request: AuthenticatedRequest) -> HttpResponse:
    """Begin the day's entry again."""
    home = home_of(request)
    forget_draft(patient=home.known.patient, sheet=own.DIARY, acting=request.user)
    return redirect("own_diary")


def _names(question: str) -> tuple[str, ...]:
    if question == LAST:
        return DAY
    if question not in ASKED:
        raise Http404
    return (question,)


def _next(question: str) -> str:
    """The page after this one; the last stays the last."""
    pages = (*ASKED, LAST)
    return pages[min(pages.index(question) + 1, len(pages) - 1)]


def _typed(request: AuthenticatedRequest, home: Home) -> dict[str, Any]:
    """What this person has answered so far and not sent."""
    draft = StepDraft.objects.filter(patient=home.known.patient, sheet=own.DIARY.key, by=request.user).first()
    return dict(draft.typed) if draft else {}


def _flags(values: Mapping[str, Any]) -> list[Finding]:
    """The red flags among the answers so far; what has not been asked yet is none."""
    return [found for found in judge_entry(own.entry_of(values)) if found.rule != NOT_KNOWN.name]


def _rose(before: list[Finding], after: list[Finding]) -> bool:
    """Whether the last answer asks for a call that was not asked for yet."""
    sooner = (most_urgent(after) or 0) > (most_urgent(before) or 0)
    return sooner or (bool(after) and whom_to_call(after) != whom_to_call(before))


def _show_question(
    request: AuthenticatedRequest, home: Home, question: str, form: own.DiaryForm, *, status: int = 200
) -> HttpResponse:
    pages = (*ASKED, LAST)
    field = None if question == LAST else form[question]
    page = {
        "question": question,
        "field": field,
        "fields": [form[name] for name in DAY] if question == LAST else [],
        "number": pages.index(question) + 1,
        "pages": len(pages),
        "before": pages[pages.index(question) - 1] if question != pages[0] else "",
        "choices": getattr(field.field, "choices", ()) if field is not None else (),
        "wrong": status != 200,
    }
    return show(request, home, "own/diary_ask.html", page, status=status)


def _with_questions(form: own.DiaryForm, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(Page to change it on, question, answer) of every entry."""
    return [
        (name if name in ASKED else LAST, str(form.fields[name].label), form.entries[name].show(values[name]))
        for name in (*ASKED, *DAY)
    ]
