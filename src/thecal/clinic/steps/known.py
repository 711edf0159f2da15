"""What is on record of a patient when a step is judged or shown: the chart, and the sheets that stand."""

from dataclasses import dataclass, replace

from thecal.clinic.models import Patient, StepRecord
from thecal.clinic.records import Chart, chart_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The chart and every sheet that was not corrected by another, oldest first.

    `corrects` is the record whose correction is being judged, and which is left out.
    """

    patient: Patient
    chart: Chart
    now_ms: int
    records: tuple[StepRecord, ...]
    corrects: StepRecord | None = None

    def all(self, sheet: str) -> list[StepRecord]:
        """Every record of this sheet that stands and needs nobody's signature any more, oldest first."""
        return [record for record in self.records if record.sheet == sheet and not record.wants_second]

    def latest(self, sheet: str) -> StepRecord | None:
        """The last of them; None where there is none."""
        found = self.all(sheet)
        return found[-1] if found else None

    def without(self, record: StepRecord | None) -> "Known":
        """The same, before this record was written: what a correction is judged by."""
        return replace(self, records=tuple(each for each in self.records if each != record), corrects=record)

    def waiting(self, sheet: str) -> StepRecord | None:
        """The last record of this sheet that a second person has still to sign."""
        found = [record for record in self.records if record.sheet == sheet and record.wants_second]
        return found[-1] if found else None


def known_of(patient: Patient, *, now_ms: int, chart: Chart | None = None) -> Known:
    """Everything that a step may look at."""
    written = StepRecord.objects.filter(patient=patient).select_related("by", "second_person", "settled_by")
    return Known(
        patient=patient,
        chart=chart or chart_of(patient, now_ms=now_ms),
        now_ms=now_ms,
        records=_standing(list(written)),
    )


def _standing(written: list[StepRecord]) -> tuple[StepRecord, ...]:
    """Those that no other corrects, each in the place of the first that it stands for."""
    by_key = {record.pk: record for record in written}
    corrected = {record.corrects_id for record in written}

    def first(record: StepRecord) -> tuple[int, int]:
        while record.corrects_id is not None:
            record = by_key[record.corrects_id]
        return record.made_ms, record.pk

    return tuple(sorted((record for record in written if record.pk not in corrected), key=first))
