"""Thecal: open software for intrathecal baclofen therapy. Not a medical device."""

__version__ = "0.1.0"
