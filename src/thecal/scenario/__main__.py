"""Prints the JSON Schema of the scenario file: python -m thecal.scenario > docs/scenario.schema.json."""

import sys

from thecal.scenario.reading import schema

if __name__ == "__main__":
    sys.stdout.write(schema())
