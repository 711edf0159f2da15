"""The published numbers, by what was measured."""
