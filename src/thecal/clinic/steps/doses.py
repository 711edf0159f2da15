"""The dose over time, as the pump said it whenever it was read: what the clinic knows of every change of dose."""

from dataclasses import dataclass

from thecal.care.titration import is_increase
from thecal.clinic.models import Patient, ReadOut


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseHistory:
    """`(received_ms, dose_pg_per_day)` of each read-out, oldest first."""

    read: tuple[tuple[int, int], ...]

    @property
    def changes(self) -> tuple[tuple[int, int], ...]:
        """The first read-out, and each one that said another dose than the one before it."""
        found = list(self.read[:1])
        for at_ms, dose in self.read[1:]:
            if not _same(found[-1][1], dose):
                found.append((at_ms, dose))
        return tuple(found)

    def changes_since(self, from_ms: int) -> int:
        """How many times another dose was read after `from_ms`; the dose that ran then is no change."""
        return sum(at_ms > from_ms for at_ms, _ in self.changes[1:])

    def since_change_ms(self, now_ms: int) -> int | None:
        """How long the dose has been what it is, at the least; None where the pump was never read."""
        return now_ms - self.changes[-1][0] if self.read else None

    def at(self, then_ms: int) -> int | None:
        """The dose as last read by then; None where the pump was not read before."""
        earlier = [dose for at_ms, dose in self.read if at_ms <= then_ms]
        return earlier[-1] if earlier else None


def dose_history(patient: Patient) -> DoseHistory:
    """Every read-out of every pump that the patient has had."""
    found = ReadOut.objects.filter(implant__patient=patient).order_by("received_ms", "id")
    read = found.values_list("received_ms", "interrogation")
    return DoseHistory(read=tuple((at_ms, int(plain["dose_pg_per_day"])) for at_ms, plain in read))


def _same(one: int, other: int) -> bool:
    """Whether two doses differ by no more than the pump's whole nanolitres make them."""
    rises = is_increase(old_pg_per_day=one, new_pg_per_day=other)
    return not rises and not is_increase(old_pg_per_day=other, new_pg_per_day=one)
