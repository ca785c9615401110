"""The command line: the only part of the package that prints.

`planner.cli.app` knows the commands by name and line of help alone; a command's module is imported when it
is called, and what a command needs is imported when it runs.
"""

from __future__ import annotations


def main() -> None:
    """Run `planner` with the arguments of the process and leave with its exit code."""
    import sys

    from planner.cli.app import run

    sys.exit(run())
