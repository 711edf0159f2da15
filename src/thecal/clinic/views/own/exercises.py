"""The exercises of the rehabilitation plan, and what was done of them today."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from thecal.clinic.access import at_home
from thecal.clinic.actions.steps import record_sheet
from thecal.clinic.http import AuthenticatedRequest
from thecal.clinic.steps import follow_up, own
from thecal.clinic.steps.mechanism import Doing
from thecal.clinic.views.own.desk import Home, home_of, own_records, show
from thecal.clinic.when import moment

SHOWN = 14
"""Days of ticks that the page shows."""


@at_home
@require_http_methods(["GET", "HEAD", "POST"])
def exercises(request: AuthenticatedRequest) -> HttpResponse:
    """What is planned, and a tick for today. A second tick of one day takes the place of the first."""
    home = home_of(request)
    today = moment(home.now.clinic_ms).date().isoformat()
    if request.method == "POST":
        _tick(request, home, today)
        return redirect("own_exercises")
    ticks = _ticks(home)
    page = {
        "plan": home.known.latest(follow_up.VISITED),
        "today": ticks.get(today),
        "choices": own.DONE,
        "ticks": [(day, dict(own.DONE).get(done, "")) for day, done in list(ticks.items())[:SHOWN]],
    }
    return show(request, home, "own/exercises.html", page)


def _tick(request: AuthenticatedRequest, home: Home, today: str) -> None:
    form = own.ExerciseForm({"day": today, "done": request.POST.get("done", "")}, known=home.known)
    values = form.values()
    if values["done"] is not None and _ticks(home).get(today) != values["done"]:
        doing = Doing(values=values, known=home.known, acting=request.user, now=home.now)
        record_sheet(sheet=own.EXERCISE, doing=doing, findings=[])


def _ticks(home: Home) -> dict[str, str]:
    """What was done by day, the newest day first; the last word on a day counts."""
    said: dict[str, str] = {}
    for record in own_records(home, own.EXERCISE.key):
        said.setdefault(str(record.values.get("day")), str(record.values.get("done")))
    return dict(sorted(said.items(), reverse=True))
