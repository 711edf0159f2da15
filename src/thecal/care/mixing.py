"""New drug on what could not be drawn out of the reservoir: the true concentration of the fill."""

from dataclasses import dataclass
from fractions import Fraction

from thecal.care.asking import Question, one_by_one
from thecal.care.limits import LABEL_TOLERANCE, MIXTURE_LIMIT, RINSE
from thecal.findings import Finding, Rule, Severity
from thecal.flow import Batch
from thecal.units import decimal_text, round_div, show_concentration, show_dose, show_volume

FIELD = "reservoir_nl"


OFF_LABEL = Rule(
    name="mixture.off_label",
    severity=Severity.TWO_PEOPLE,
    asks="What the residual makes of a fill is known: noted, or signed where it is too strong.",
    source=LABEL_TOLERANCE.source,
    grade=LABEL_TOLERANCE.grade,
    numbers=(LABEL_TOLERANCE, MIXTURE_LIMIT, RINSE),
)

RULES = (OFF_LABEL,)


def mix(
    *, residual_nl: int, residual_concentration_pg_per_nl: int, fill_nl: int, fill_concentration_pg_per_nl: int
) -> Batch:
    """The well-mixed reservoir after a fill on a residual, to the picogram.

    >>> mixed = mix(residual_nl=1_400_000, residual_concentration_pg_per_nl=500, fill_nl=20_000_000,
    ...     fill_concentration_pg_per_nl=2_000)
    >>> mixed.mass_pg / mixed.volume_nl
    1901.8691588785048
    """
    return Batch(
        volume_nl=residual_nl + fill_nl,
        mass_pg=residual_nl * residual_concentration_pg_per_nl + fill_nl * fill_concentration_pg_per_nl,
    )


def concentration_pg_per_ul(mixed: Batch) -> int:
    """The true concentration to a thousandth of a mcg/mL, nearest.

    >>> concentration_pg_per_ul(Batch(volume_nl=21_400_000, mass_pg=40_700_000_000))
    1901869
    """
    return round_div(mixed.mass_pg * 1_000, mixed.volume_nl)


def off_label_per_mille(mixed: Batch, labelled_pg_per_nl: int) -> Fraction:
    """How far the fill is from its label: +195.9 per mille is 19.6 % too strong.

    >>> round(float(off_label_per_mille(Batch(volume_nl=21_400_000, mass_pg=12_800_000_000), 500)), 1)
    196.3
    """
    return (Fraction(mixed.mass_pg, mixed.volume_nl * labelled_pg_per_nl) - 1) * 1_000


def rinsed(
    *, residual_nl: int, residual_concentration_pg_per_nl: int, fill_nl: int, fill_concentration_pg_per_nl: int
) -> Batch:
    """The same fill after one rinse: one syringe of new drug in, mixed, and as much drawn out again.

    >>> mixed = rinsed(residual_nl=1_400_000, residual_concentration_pg_per_nl=2_000, fill_nl=20_000_000,
    ...     fill_concentration_pg_per_nl=500)
    >>> round(float(off_label_per_mille(mixed, 500)), 1)
    42.9
    """
    first = mix(
        residual_nl=residual_nl,
        residual_concentration_pg_per_nl=residual_concentration_pg_per_nl,
        fill_nl=RINSE.whole(),
        fill_concentration_pg_per_nl=fill_concentration_pg_per_nl,
    )
    left_pg = first.mass_pg * residual_nl // first.volume_nl
    return Batch(volume_nl=residual_nl + fill_nl, mass_pg=left_pg + fill_nl * fill_concentration_pg_per_nl)


def judge_mixture(
    *,
    residual_nl: int,
    residual_concentration_pg_per_nl: int,
    fill_nl: int,
    fill_concentration_pg_per_nl: int,
    dose_pg_per_day: int,
) -> list[Finding]:
    """A note beyond the label's own 5 %, two people where the whole fill is more than 10 % too strong.

    >>> fill = dict(residual_nl=1_400_000, fill_nl=20_000_000, dose_pg_per_day=300_000_000)
    >>> judge_mixture(residual_concentration_pg_per_nl=500, fill_concentration_pg_per_nl=2_000, **fill)
    []
    >>> [(f.rule, f.severity.name) for f in judge_mixture(
    ...     residual_concentration_pg_per_nl=2_000, fill_concentration_pg_per_nl=500, **fill)]
    [('mixture.off_label', 'TWO_PEOPLE')]
    """
    mixed = mix(
        residual_nl=residual_nl,
        residual_concentration_pg_per_nl=residual_concentration_pg_per_nl,
        fill_nl=fill_nl,
        fill_concentration_pg_per_nl=fill_concentration_pg_per_nl,
    )
    off = off_label_per_mille(mixed, fill_concentration_pg_per_nl)
    if abs(off) <= LABEL_TOLERANCE.whole():
        return []
    after_rinse = rinsed(
        residual_nl=residual_nl,
        residual_concentration_pg_per_nl=residual_concentration_pg_per_nl,
        fill_nl=fill_nl,
        fill_concentration_pg_per_nl=fill_concentration_pg_per_nl,
    )
    true = f"{decimal_text(concentration_pg_per_ul(mixed), 1_000, places=1)} mcg/mL"
    return [
        OFF_LABEL.finding(
            severity=_severity(off),
            field=FIELD,
            says=(
                f"{show_volume(residual_nl)} of {show_concentration(residual_concentration_pg_per_nl)} under the fill "
                f"makes it {true}, {_percent(off)} for the whole fill."
            ),
            remedy=_remedy(off, off_label_per_mille(after_rinse, fill_concentration_pg_per_nl), dose_pg_per_day),
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureCase:
    """The values of `judge_mixture`, as one record."""

    residual_nl: int
    residual_concentration_pg_per_nl: int
    fill_nl: int
    fill_concentration_pg_per_nl: int
    dose_pg_per_day: int

    def __post_init__(self) -> None:
        assert min(self.residual_concentration_pg_per_nl, self.fill_concentration_pg_per_nl, self.fill_nl) > 0, (
            "a fill, and what was there before it, hold drug"
        )


QUESTIONS: dict[str, Question] = {"mixture.fill": (MixtureCase, one_by_one(judge_mixture))}


def _severity(off_per_mille: Fraction) -> Severity:
    """Too strong is an overdose that lasts; too weak is a lowering that lasts."""
    if off_per_mille > MIXTURE_LIMIT.whole():
        return Severity.TWO_PEOPLE
    return Severity.REASON if off_per_mille < -MIXTURE_LIMIT.whole() else Severity.NOTE


def _remedy(off: Fraction, rinsed_off: Fraction, dose_pg_per_day: int) -> str:
    """Rinse, or order the dose that makes up for it."""
    equal = round(dose_pg_per_day / (1 + off / 1_000))
    rinse = f"Rinse once with {show_volume(RINSE.whole())} before the fill ({_percent(rinsed_off)} remains)"
    if dose_pg_per_day == 0:
        return f"{rinse}."
    other = "a lower" if off > 0 else "another"
    return f"{rinse}, or order {other} dose: {show_dose(equal)} would give {show_dose(dose_pg_per_day)}."


def _percent(per_mille: Fraction) -> str:
    sign = "+" if per_mille > 0 else ""
    return f"{sign}{decimal_text(round(per_mille), 10)} %"
