"""The command line: the only part of the package that prints.

`planner.cli.app` knows the commands by name and line of help alone; a command's module is imported when it
is called, and what a command needs is imported when it runs.
"""

from __future__ import annotations


def main() -> None:
    """Run `planner` with the arguments of the process and leave with its exit code."""
    import os
    import sys

    # NumPy's BLAS starts a thread for each core as it is imported, which takes as long as the rest of the import;
    # nothing here multiplies matrices.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from planner.cli.app import run

        code = run()
    except KeyboardInterrupt:  # while modules are imported
        code = 130
    sys.exit(code)
