"""The body's pages hold the code's own numbers, and the picture is the one that the code draws."""

import pytest
from tests.house.body_page import BY_HAND, MANUAL, PAGES, PICTURE, drawn, parameters, rewritten, targets
from tests.house.test_docs import table_rows

from thecal.body import TWO_POOL
from thecal.body.validation.table import TARGETS


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_tables_are_the_code_s(page: str) -> None:
    """`python -m tests.house.body_page` writes them anew."""
    assert (MANUAL / page).read_text(encoding="utf-8") == rewritten(page), "run python -m tests.house.body_page"


def test_the_picture_is_the_code_s() -> None:
    """The same command draws it, and the page shows it."""
    assert PICTURE.read_text(encoding="utf-8") == drawn(), "run python -m tests.house.body_page"
    assert f"../pictures/{PICTURE.name}" in (MANUAL / "validation.md").read_text(encoding="utf-8")


def test_every_number_and_every_target_has_a_row() -> None:
    """None is left out, and the rows can be read back."""
    assert len(table_rows((MANUAL / "body.md").read_text(encoding="utf-8"), "parameter")) == len(parameters()[1])
    assert len(parameters()[1]) == len(TWO_POOL.numbers())
    rows = table_rows((MANUAL / "validation.md").read_text(encoding="utf-8"), "target")
    assert [row[0] for row in rows] == [each.says for each in TARGETS]
    assert len(targets()[1]) == len(TARGETS)


def test_what_is_compared_by_hand_is_what_was_fitted() -> None:
    """The earlier numbers are of the same parameters that are derived now."""
    fitted = {name for name in TWO_POOL.__dataclass_fields__ if "; log-SD" in getattr(TWO_POOL, name).source}
    assert set(BY_HAND) == fitted
