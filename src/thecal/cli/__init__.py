"""The command line: `thecal <noun> <verb>`. Parses, calls, prints; what it prints is computed elsewhere.

Exit codes, the same for every command unless its help says more:

    0  done                        3  a signature is missing, or an update is unconfirmed
    1  blocked or refused          4  no answer, or not from what it claims to be; nothing is known to have changed
    2  bad input                 130  interrupted
"""

from thecal.cli.frame import main

__all__ = ["main"]
