"""python -m thecal.body.validation: the fit of the default set, made anew and printed. Some minutes."""

import sys

from thecal.body.parameters import TWO_POOL
from thecal.body.validation.fit import both_rounds, misfit, told

if __name__ == "__main__":
    sys.stdout.write(f"misfit of the set as it stands: {misfit(TWO_POOL):.2f}\n")
    everything, kept = both_rounds()
    sys.stdout.write(f"free: all\n{told(everything)}free: what the data say something of\n{told(kept)}")
