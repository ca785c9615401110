"""The scripts that make shells ask `planner` what may follow, and how question and answer are passed.

Click has scripts of its own. These are ours because a path here is completed one name at a time: no space may follow
`line.` or `hope=`, and bash takes `=` for the end of a word. A shell hands over the words up to the cursor, the last
one unfinished: bash as the line it has, the others one word to a line. It gets lines of `value<TAB>help` back.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, ClassVar

from click.shell_completion import ShellComplete, add_completion_class, split_arg_string

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


_BASH = """\
%(complete_func)s() {
    local reply
    COMPREPLY=()
    while IFS= read -r reply; do
        COMPREPLY+=("$reply")
    done < <(%(complete_var)s=bash_complete COMP_LINE="${COMP_LINE:0:COMP_POINT}" \\
        COMP_WORDBREAKS="$COMP_WORDBREAKS" "$1" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/=.:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""

_ZSH = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local reply value help
    local -a asked open open_shown whole whole_shown
    asked=("${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}")
    while IFS= read -r reply; do
        value="${reply%%%%$'\\t'*}" help="${reply#*$'\\t'}"
        [[ -n $help && $help != $reply ]] && help="$value  -- $help" || help="$value"
        if [[ $value == *[/=.:] ]]; then
            open+=("$value") open_shown+=("$help")
        else
            whole+=("$value") whole_shown+=("$help")
        fi
    done < <(%(complete_var)s=zsh_complete COMP_WORDS="${(F)asked}" ${(Q)words[1]} 2>/dev/null)
    (( $#whole )) && compadd -l -V planner -d whole_shown -a whole
    (( $#open )) && compadd -l -S '' -V planner -d open_shown -a open
    (( $#whole + $#open ))
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef %(complete_func)s %(prog_name)s
fi
"""

_FISH = """\
function %(complete_func)s
    set -l asked (commandline -opc) (string unescape -- (commandline -ct); or commandline -ct)
    %(complete_var)s=fish_complete COMP_WORDS=(string join \\n -- $asked | string collect -N) $asked[1] 2>/dev/null
end
complete --no-files --keep-order --command %(prog_name)s --arguments "(%(complete_func)s)"
"""

_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $asked = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { $_.Extent.Text } })
    if ($asked.Count -eq 0) { return }
    $asked += $wordToComplete.Trim("'", '"')
    $before = $env:%(complete_var)s, $env:COMP_WORDS, [Console]::OutputEncoding
    try {
        $env:%(complete_var)s = 'powershell_complete'
        $env:COMP_WORDS = $asked -join "`n"
        [Console]::OutputEncoding = [Text.Encoding]::UTF8
        & $asked[0] 2>$null | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $value) { return }
            if (-not $help) { $help = $value }
            $text = $value
            if ($value -match '[\\s''"`$;,|&(){}]') { $text = "'" + $value.Replace("'", "''") + "'" }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $help)
        }
    } finally {
        $env:%(complete_var)s, $env:COMP_WORDS, [Console]::OutputEncoding = $before
    }
}
"""


class _Words(ShellComplete):
    """A shell that hands over one word to a line and takes `value<TAB>help`."""

    end: ClassVar[str] = ""  # what the shell puts behind the last word

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words behind the program's name, and the unfinished one."""
        words = os.environ.get("COMP_WORDS", "").removesuffix(self.end).split("\n")
        return words[1:-1], words[-1] if len(words) > 1 else ""

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Write a value with its help, on one line."""
        help_ = " ".join((item.help or "").split())
        return f"{item.value}\t{help_}" if help_ else str(item.value)


class Bash(ShellComplete):
    """Bash, which splits words at `=` and `:` and inserts what it gets as it is."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Split the line as the shell would, but at no `=`."""
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)
        fresh = not words or (line[-1:].isspace() and not line.endswith("\\ ") and not _quote(line))
        return (words[1:], "") if fresh else (words[1:-1], words[-1] if len(words) > 1 else "")

    def complete(self) -> str:
        """Return what bash puts in the place of its own current word."""
        line = os.environ.get("COMP_LINE", "")
        arguments, typed = self.get_completion_args()
        found = [str(item.value) for item in self.get_completions(arguments, typed)]
        if _quote(line):  # inside quotation marks neither = nor a space ends a word
            return "\n".join(found)
        breaks = [sign for sign in "=:" if sign in os.environ.get("COMP_WORDBREAKS", "=:")]
        cut = max((typed.rfind(sign) + 1 for sign in breaks), default=0)
        return "\n".join(re.sub(r"([^\w@%+=:,./~-])", r"\\\1", value[cut:]) for value in found)


def _quote(line: str) -> str:
    """Return the quotation mark that is still open at the end of a line, if one is."""
    open_, escaped = "", False
    for char in line:
        if escaped:
            escaped = False
        elif char == "\\" and open_ != "'":
            escaped = True
        elif char == open_:
            open_ = ""
        elif not open_ and char in "'\"":
            open_ = char
    return open_


class Zsh(_Words):
    """Zsh."""

    name: ClassVar[str] = "zsh"
    source_template: ClassVar[str] = _ZSH


class Fish(_Words):
    """Fish, which itself adds no space behind `/`, `=` and `.`."""

    name: ClassVar[str] = "fish"
    end: ClassVar[str] = "\n"
    source_template: ClassVar[str] = _FISH


class PowerShell(_Words):
    """Windows PowerShell 5.1 and PowerShell 7, which add no space at all."""

    name: ClassVar[str] = "powershell"
    source_template: ClassVar[str] = _POWERSHELL


SHELLS: dict[str, type[ShellComplete]] = {one.name: one for one in (Bash, Zsh, Fish, PowerShell)}


def register() -> None:
    """Make Click answer these shells in our way."""
    for one in SHELLS.values():
        add_completion_class(one)
