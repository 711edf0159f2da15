"""The figures' style sheet, for pages as it stands, for files and paper with its tokens filled in."""

import re
from functools import cache
from importlib.resources import files
from typing import Final

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKENS: Final = re.compile(r"^\.figure \{(.*?)\}", re.DOTALL | re.MULTILINE)
_RULES: Final = re.compile(r"^(\.figure_[^{@]*)\{([^}]*)\}", re.MULTILINE)
_VARIABLE: Final = re.compile(r"var\((--[a-z0-9-]+)\)")


@cache
def stylesheet() -> str:
    """`figures.css`: one class per kind of mark, light, dark and print, one drawing shown per width."""
    return (files("thecal.figures") / "figures.css").read_text(encoding="utf-8")


@cache
def flat_stylesheet() -> str:
    """The rules for what stands inside a drawing, in the light colours, without variables.

    Programs that turn SVG into paper know classes, but neither variables nor media queries.
    """
    text = _COMMENT.sub("", stylesheet())
    light, _, _ = text.partition("@media")
    block = _TOKENS.search(light)
    assert block is not None, "figures.css begins with its tokens"
    tokens = dict(re.findall(r"(--[a-z0-9-]+):\s*([^;]+);", block.group(1)))
    rules = (f"{selector.strip()}{{{' '.join(body.split())}}}" for selector, body in _RULES.findall(light))
    return "\n".join(_VARIABLE.sub(lambda found: tokens[found.group(1)], rule) for rule in rules)
