"""`python -m thecal.cli`, where the `thecal` script is not on the path."""

from thecal.cli import main

if __name__ == "__main__":
    main()
