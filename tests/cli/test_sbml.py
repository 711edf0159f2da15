"""`thecal twin sbml`: a scenario's body as a file for other simulators."""

from pathlib import Path
from xml.etree import ElementTree as ET

from tests.cli.helpers import CHANGE, Shell

SBML = "{http://www.sbml.org/sbml/level3/version2/core}"


def test_the_model_is_written(thecal: Shell, tmp_path: Path) -> None:
    """A document with a model, which says of itself what it is not for; the same for the same file, to the byte."""
    first, second = tmp_path / "body.xml", tmp_path / "again.xml"
    said = thecal("twin", "sbml", CHANGE, "-o", first)
    assert said.code == 0
    assert "not a medical device" in said.out
    assert thecal("twin", "sbml", CHANGE, "--output", second).code == 0
    assert first.read_bytes() == second.read_bytes()
    model = ET.parse(first).getroot().find(f"{SBML}model")
    assert model is not None
    assert "not a medical device" in "".join(model[0].itertext())
    assert model.find(f"{SBML}listOfReactions") is not None


def test_a_folder_that_is_not_there_is_named(thecal: Shell, tmp_path: Path) -> None:
    """One line, the file and what to do; nothing is left behind."""
    said = thecal("twin", "sbml", CHANGE, "-o", tmp_path / "nowhere" / "body.xml")
    assert said.code == 2
    assert "body.xml" in said.err
    assert not list(tmp_path.iterdir())
