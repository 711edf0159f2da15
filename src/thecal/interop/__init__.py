"""Formats that other people's software reads. So far one: the body as SBML."""

from thecal.interop.sbml import sbml
from thecal.interop.subject import Subject

__all__ = ["Subject", "sbml"]
