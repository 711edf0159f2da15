"""A shell for every test of the command line."""

import pytest
from tests.cli.helpers import Shell


@pytest.fixture
def thecal(capsys: pytest.CaptureFixture[str]) -> Shell:
    """Runs one command line in this process."""
    return Shell(capsys)
