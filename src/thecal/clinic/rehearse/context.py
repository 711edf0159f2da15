"""What the rehearsal adds to every page: a bar at the top, and where codes are to be had."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from thecal.clinic.clock import clinic_now
from thecal.clinic.models import Person, Role
from thecal.clinic.rehearse import PASSWORD
from thecal.clinic.rehearse.clock import Jump
from thecal.clinic.rehearse.people import ShownCode, shown_codes
from thecal.clinic.rehearse.place import has_world, open_world, wand_now

_ROLE_ORDER = {role: place for place, role in enumerate(Role)}


def rehearsal(request: HttpRequest) -> dict[str, object]:
    """The rehearsal's templates and, only if a page asks, its clock and its codes."""
    del request
    return {
        "rehearsal": {
            "bar": "rehearse/bar.html",
            "codes_template": "rehearse/codes.html",
            "now": SimpleLazyObject(clinic_now),
            "jumps": list(Jump),
            "wand": SimpleLazyObject(wand),
            "codes": SimpleLazyObject(codes),
            "password": PASSWORD,
        }
    }


def wand() -> str:
    """How the room's wand is held, by name; empty where there is no world."""
    if not has_world():
        return ""
    with open_world() as world:
        return wand_now(world).name


def codes() -> list[ShownCode]:
    """Every fictional person's code, staff first."""
    people = sorted(Person.objects.filter(is_fictional=True), key=lambda one: (_ROLE_ORDER[Role(one.role)], one.name))
    return shown_codes(people, wall_ms=clinic_now().wall_ms)
