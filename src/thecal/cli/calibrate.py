"""`thecal twin calibrate`: what one person's assessments teach, and what a dose would then do."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from thecal.cli.output import JSON_HELP, NOT_A_DEVICE, show_json, show_table, write_file
from thecal.errors import BadInput

if TYPE_CHECKING:
    from thecal.body.calibration.observed import Reading
    from thecal.body.calibration.posterior import Posterior
    from thecal.body.ensemble import Band, Forecast
    from thecal.scenario.observed import Asked, Assessments

NO_FORECAST = 1
MOST_ROWS = 13
MOST_CHECKED = 10_000
STILL_MAS = 0.005
SAYS = "median (90 %)"
NEVER = "This recommends no dose. A forecast is only as right as the model, which misses some published measurements."
DOUBT = (
    "These readings contradict the model, so no forecast is shown. Look for a slip in doses, times and grades; if "
    "there is none, the model does not hold for this person."
)
THIN = "Too few virtual patients fit all of these readings at once, so no forecast is shown. Leave some readings out."


def calibrate(
    assessments: Path = typer.Argument(metavar="FILE", help="Assessments of one person; see examples/assessments/."),
    json: bool = typer.Option(False, "--json", help=JSON_HELP),
    seed: int = typer.Option(1, help="Another number draws other virtual patients.", min=0),
    check: int = typer.Option(
        0, min=0, max=MOST_CHECKED, help="Calibrate so many invented people instead: is the method right for them?"
    ),
    picture: Path | None = typer.Option(
        None, help="Draw what was learned into FILE: .svg, .png or .pdf.", metavar="FILE"
    ),
) -> None:
    """Learn one person's sensitivity and transport from assessments after known doses.

    Exit codes: 0 done, 1 no forecast can be made of these readings, 2 bad input.
    """
    from thecal.body.calibration.posterior import calibrate as learn
    from thecal.cli.pictures import check_kind
    from thecal.scenario.reading import read_assessments

    kind = None if picture is None else check_kind(picture)
    told = read_assessments(assessments)
    if check and (json or picture is not None):
        remedy = "Leave out --json and --picture, or --check."
        raise BadInput("--check", "prints a table, which is neither drawn nor JSON", remedy=remedy)
    if check:
        _check(told, check, seed)
        return
    found = learn(told.case(), str(seed))
    asked = None if told.asked is None or not found.usable else _Answer(told.asked, found)
    if picture is not None and kind is not None:
        from thecal.cli.pictures import drawn

        write_file(picture, drawn(_picture(found, told), kind))
    if json:
        show_json(_plain(told, found, asked, seed))
    else:
        _show(told, found, asked)
        if picture is not None:
            print(f"\nDrawn into {picture}.")
    if not found.usable:
        raise typer.Exit(NO_FORECAST)


def _check(told: "Assessments", people: int, seed: int) -> None:
    """Whether the method is right for people who were given and asked what this file says."""
    from thecal.body.calibration.check import check, report

    asked = None if told.asked is None else told.asked.occasion()
    print(report(check(told.case(), asked, people, f"check {seed}")))


class _Answer:
    """Tone over time under the dose asked about: of people in general, of this one, and where its band comes from."""

    def __init__(self, asked: "Asked", found: "Posterior") -> None:
        import numpy as np

        from thecal.units import HOUR_MS

        until_h = asked.until_ms / HOUR_MS
        rows = min(MOST_ROWS, int(until_h) + 2)
        self.muscle = asked.muscle
        self.times_h = np.linspace(0.0, until_h, rows)
        self.says = asked.given.says()
        general, own = found.ahead(asked.given.given(), self.times_h, chronic=asked.used_to_baclofen)
        self.general, self.own = _tone(general, asked.muscle), _tone(own, asked.muscle)
        self.widest = int(np.argmax(self.own.high - self.own.low))
        self.blame = own.blame("mas", muscle=asked.muscle, at=self.widest)

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "given": self.says,
            "muscle": self.muscle,
            "hours": self.times_h.tolist(),
            "people_in_general": _band_plain(self.general),
            "this_person": _band_plain(self.own),
            "band_from": [{"parameter": name, "share": share} for name, share in self.blame],
            "band_from_at_hours": float(self.times_h[self.widest]),
        }


def _tone(forecast: "Forecast", muscle: str) -> "Band":
    return forecast.band("mas", muscle=muscle)


def _band_plain(band: "Band") -> dict[str, list[float]]:
    return {"low": band.low.tolist(), "median": band.median.tolist(), "high": band.high.tolist()}


def _show(told: "Assessments", found: "Posterior", asked: _Answer | None) -> None:
    whose = (
        "The patient is invented."
        if told.fictional
        else "The file does not call the patient invented: treat it as a record."
    )
    print(f"{told.title}\n{NOT_A_DEVICE} {whose}\n")
    show_table(
        "What the readings taught, as factors on the usual; tone in Ashworth grades",
        ["", f"people in general, {SAYS}", f"this person, {SAYS}", "learned"],
        [
            [each.name, _interval(each.prior), _interval(each.posterior), f"{each.share:.0%}"]
            for each in found.learned()
        ],
    )
    print()
    show_table(
        "The readings beside what is now expected of this person",
        ["occasion", "reading", "found", f"expected, {SAYS}"],
        _readings(told, found),
        words=2,
    )
    print(f"\nReadings as surprising as these come from {found.surprise:.0%} of virtual patients.")
    if not found.usable:
        print(DOUBT if found.contradicted else THIN)
    if asked is not None:
        _show_answer(asked)
    print(f"\n{NEVER}\nAssumed: {'; '.join(_assumptions(told))}.")


def _show_answer(asked: _Answer) -> None:
    import numpy as np

    from thecal.body.blame import TOGETHER

    print()
    hours = asked.times_h.tolist()
    rows = [[f"{hour:.1f} h", _row(asked.general, at), _row(asked.own, at)] for at, hour in enumerate(hours)]
    if np.ptp([asked.general.median, asked.own.median], axis=1).max() < STILL_MAS:
        rows = [["at any hour", *rows[0][1:]]]
    show_table(
        f"Predicted modified Ashworth, {asked.muscle}, {asked.says}",
        ["after", f"people in general, {SAYS}", f"this person, {SAYS}"],
        rows,
    )
    named = [(name, share) for name, share in asked.blame if name != TOGETHER][:4]
    if named:
        causes = ", ".join(f"{name} ({share:.0%})" for name, share in named)
        rest = 1.0 - sum(share for _, share in named)
        print(f"This person's band at {asked.times_h[asked.widest]:.1f} h comes from {causes}; the rest {rest:.0%}.")


def _row(band: "Band", at: int) -> str:
    return _interval((float(band.low[at]), float(band.median[at]), float(band.high[at])))


def _interval(ends: tuple[float, float, float]) -> str:
    low, middle, high = ends
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def _readings(told: "Assessments", found: "Posterior") -> list[list[str]]:
    says = [occasion.says for occasion in told.occasions for _ in occasion.readings]
    return [
        [occasion, *_shown(fitted.reading), _interval(fitted.expected)]
        for occasion, fitted in zip(says, found.fitted(), strict=True)
    ]


def _shown(reading: "Reading") -> tuple[str, str]:
    """(what was read and when, what was found)."""
    from thecal.body.calibration.observed import Ashworth, Fluid, Reflex

    match reading:
        case Ashworth():
            return f"Ashworth, {reading.muscle}, {reading.at_h:g} h", reading.grade
        case Reflex():
            return f"H/M over H/M before, {reading.at_h:g} h", f"{reading.residual:.2f}"
        case Fluid():
            return f"fluid at {reading.level}, mcg/mL, {reading.at_h:g} h", f"{reading.mcg_per_ml:.2f}"


def _assumptions(told: "Assessments") -> list[str]:
    from thecal.body.calibration.errors import FLUID_LOG_SD, RATER_SD, REFLEX_LOG_SD

    sizes = [f"{number.name} {number.shown()}" for number in (RATER_SD, REFLEX_LOG_SD, FLUID_LOG_SD)]
    placebo = [] if any(each.placebo for each in told.occasions) else ["no placebo effect in any reading"]
    return [
        *sizes,
        *placebo,
        "tolerance holds still within an occasion",
        "people differ independently in each parameter",
    ]


def _plain(told: "Assessments", found: "Posterior", asked: _Answer | None, seed: int) -> dict[str, Any]:
    return {
        "title": told.title,
        "fictional": told.fictional,
        "not_a_device": NOT_A_DEVICE,
        "recommends": "no dose",
        "seed": seed,
        "effective_draws": found.found.effective,
        "surprise": found.surprise,
        "contradicted": found.contradicted,
        "thin": found.thin,
        "learned": [
            {"name": each.name, "prior": each.prior, "posterior": each.posterior, "share": each.share}
            for each in found.learned()
        ],
        "readings": [
            {"reading": what, "found": value, "expected": fitted.expected}
            for fitted in found.fitted()
            for what, value in [_shown(fitted.reading)]
        ],
        "forecast": None if asked is None else asked.plain(),
        "assumed": _assumptions(told),
    }


def _picture(found: "Posterior", told: "Assessments") -> Any:
    from thecal.figures import Learned, learned_chart

    rows = [
        Learned(
            says=each.name,
            unit="grades" if each.name.startswith("tone") else "",
            prior=each.prior,
            posterior=each.posterior,
        )
        for each in found.learned()
    ]
    doubts = [] if found.usable else [DOUBT if found.contradicted else THIN]
    assumptions = [*doubts, *_assumptions(told), _whose(told)]
    return learned_chart(rows, interval="90 %", assumptions=assumptions, title=f"{told.title}: what was learned")


def _whose(told: "Assessments") -> str:
    return "The patient is invented." if told.fictional else "Not called invented: treat it as a patient's record."
