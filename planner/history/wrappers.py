"""The commands that git is told to call, and what they do when this program is not there or fails.

Git keeps our side without a word when a merge driver's program is missing, and stops `git diff` for a missing textconv
program. So both are small shell scripts that fall back to `git merge-file` and `cat`. They hand copies to the program,
believe it only when it has written its answer and left with a code of its own, and so lose nothing when it is another
program of the same name, has another version, crashes or is killed half-way.
"""

from __future__ import annotations

import shlex

PROTOCOL = "1"  # what program and scripts say to each other; a script of another number is refused
PROGRAM = "planner"
NAME = "planner"  # of the driver, in git's settings and attributes

_MERGE = """\
case $6 in ""|?S) b=base;; *) b=$6;; esac
case $7 in ""|?X) o=ours;; *) o=$7;; esac
case $8 in ""|?Y) t=theirs;; *) t=$8;; esac
lines() {{ git merge-file --marker-size="$4" -L "$o" -L "$b" -L "$t" "$2" "$1" "$3"; }}
d=$(mktemp -d) || {{ lines "$@"; exit; }}
trap "rm -rf \\"$d\\"" 0
cp "$1" "$d/base" && cp "$2" "$d/ours" && cp "$3" "$d/theirs" || exit 129
{program} git merge-driver -- {protocol} "$d/base" "$d/ours" "$d/theirs" "$d/made" "$4" "$5" "$b" "$o" "$t" </dev/null
s=$?
if test -f "$d/made" && test $s -le 1; then
  cat "$d/made" >"$2" || exit 129
  exit $s
fi
test $s -eq 3 || echo "planner: $5 cannot be merged by meaning (exit code $s); it is merged line by line" >&2
lines "$@"
"""
_TEXTCONV = """\
o=$({program} git textconv -- {protocol} "$1" 2>/dev/null </dev/null) || exec cat "$1"
case $o in {first}*) printf "%s\\n" "$o";; *) exec cat "$1";; esac
"""


def merge_command(program: str = PROGRAM) -> str:
    """Return what `merge.planner.driver` is set to; git fills in what begins with a percent sign."""
    script = _MERGE.format(program=program.replace("%", "%%"), protocol=PROTOCOL)
    return f"sh -c {shlex.quote(script)} planner-merge %O %A %B %L %P %S %X %Y"


def textconv_command(first_line: str, program: str = PROGRAM) -> str:
    """Return what `diff.planner.textconv` is set to; the program's answer is one that begins with a given line."""
    first = first_line.replace(" ", "?").replace("(", "?").replace(")", "?")
    script = _TEXTCONV.format(program=program, protocol=PROTOCOL, first=first)
    return f"sh -c {shlex.quote(script)} planner-textconv"
