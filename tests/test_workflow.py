"""The workflow in docs/ci: its commands run, as GitHub runs them, in a real repository with a `gh` of our own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILE = ROOT / "docs" / "ci" / "planner-diff.yml"
WORKFLOW: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
JOB: dict[str, Any] = WORKFLOW["jobs"]["diff"]
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in JOB["steps"] if "run" in step}
EXPRESSION = re.compile(r"\$\{\{ *([\w.]+) *\}\}")
MARK = "<!-- planner-diff -->\n"
NASTY = "$(touch pwned)`touch pwned`\"; touch pwned; '"

GH = r"""
import json, os, sys
from pathlib import Path
store = Path(os.environ["COMMENTS"])
comments = json.loads(store.read_text())
arguments = sys.argv[1:]
with Path(os.environ["CALLS"]).open("a") as calls:
    print(json.dumps(arguments), file=calls)
assert os.environ["GH_TOKEN"] == "token"
assert arguments.pop(0) == "api"
method = arguments[arguments.index("--method") + 1] if "--method" in arguments else "GET"
if os.environ.get("REFUSED") in {method, "all"}:
    print("gh: Resource not accessible by integration (HTTP 403)", file=sys.stderr)
    raise SystemExit(1)
path = next(one for one in arguments if one.startswith("repos/"))
if method == "GET":
    assert path == "repos/desk/plans/issues/7/comments"
    bot, mark = '.user.login == "github-actions[bot]"', '.body | startswith("<!-- planner-diff -->")'
    assert arguments[arguments.index("--jq") + 1] == f".[] | select({bot} and ({mark})) | .id"
    for one in comments:
        if one["login"] == "github-actions[bot]" and one["body"].startswith("<!-- planner-diff -->"):
            print(one["id"])
else:
    name, _, file = arguments[arguments.index("-F") + 1].partition("=@")
    assert name == "body"
    body = Path(file).read_text()
    if method == "POST":
        assert path == "repos/desk/plans/issues/7/comments"
        comments.append({"id": 100 + len(comments), "login": "github-actions[bot]", "body": body})
    else:
        number = int(path.removeprefix("repos/desk/plans/issues/comments/"))
        next(one for one in comments if one["id"] == number)["body"] = body
    store.write_text(json.dumps(comments))
"""


class Done(NamedTuple):
    code: int
    log: str
    summary: str


class Runner:
    """A machine that runs the workflow on pull request 7 of desk/plans."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = folder / "repository"
        self.bin = folder / "bin"
        self.comments_file = folder / "comments.json"
        self.comments_file.write_text("[]")
        for made in (self.repository, self.bin, folder / "temp"):
            made.mkdir()
        self.program("gh", f"#!{sys.executable}\n{GH}")
        self.program("planner", f'#!/bin/sh\nexec "{sys.executable}" -m planner "$@"\n')
        self.git("init", "-q", "-b", "main")
        self.fork = False
        self.refused = ""

    def program(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(self.repository), *who, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, name: str, text: str) -> str:
        path = self.repository / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
        self.git("add", ".")
        self.git("commit", "-qm", NASTY)
        return self.git("rev-parse", "HEAD")

    def comments(self) -> list[str]:
        return [one["body"] for one in json.loads(self.comments_file.read_text())]

    def run(self, base: str, head: str) -> Done:
        """Run the job from the step that works, and return its exit code, what it logged, and its summary."""
        repo = "stranger/plans" if self.fork else "desk/plans"
        pull = {"number": 7, "title": NASTY, "base": {"sha": base, "ref": "main"}}
        pull["head"] = {"sha": head, "ref": NASTY, "repo": {"full_name": repo}}
        github = {"event": {"pull_request": pull}, "repository": "desk/plans", "token": "token"}
        context: dict[str, Any] = {"github": github, "steps": {}}
        summary, log = self.folder / "summary.md", ""
        summary.write_text("")
        for name in ("Work out what the changes do", "Comment"):
            step = STEPS[name]
            if "if" in step and not self.holds(step["if"], context):
                continue
            outputs = self.folder / "outputs.txt"
            outputs.write_text("")
            given = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}
            done = self.step(step, context, given)
            log += done.stdout + done.stderr
            if done.returncode:
                return Done(done.returncode, log, summary.read_text())
            pairs = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
            context["steps"][step.get("id", "")] = {"outputs": pairs}
        return Done(0, log, summary.read_text())

    def step(
        self, step: dict[str, Any], context: dict[str, Any], given: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        script = self.folder / "script.sh"
        script.write_text(step["run"])
        named = {name: EXPRESSION.sub(lambda found: str(look_up(found[1], context)), text)
                 for name, text in step.get("env", {}).items()}  # fmt: skip
        environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "desk/plans",
            "GITHUB_HEAD_REF": NASTY,
            "RUNNER_TEMP": str(self.folder / "temp"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "COMMENTS": str(self.comments_file),
            "CALLS": str(self.folder / "calls.txt"),
            "REFUSED": self.refused,
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],  # as GitHub runs `shell: bash`
            cwd=self.repository,
            env=environment | WORKFLOW["env"] | given | named,
            capture_output=True,
            text=True,
            check=False,
        )

    @staticmethod
    def holds(condition: str, context: dict[str, Any]) -> bool:
        left, _, right = condition.partition(" == ")
        return bool(look_up(left, context) == look_up(right, context))


def look_up(words: str, context: dict[str, Any]) -> Any:
    value: Any = context
    for word in words.split("."):
        value = value[word]
    return value


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.fixture
def told(runner: Runner) -> Runner:
    """Put a program in the place of planner that tells what stands in told.md, with 1 if there is something."""
    text = '#!/bin/sh\nprintf "%s\\n" "$*" >> asked.txt\ncat told.md\ntest ! -s told.md\n'
    runner.program("planner", text)
    runner.commit("a.yaml", "a: 1\n")
    return runner


def tell(runner: Runner, text: str) -> Done:
    (runner.repository / "told.md").write_text(text)
    done = runner.run("b" * 40, "c" * 40)
    assert not (runner.repository / "pwned").exists()
    return done


def test_the_template_is_safe():
    assert WORKFLOW["permissions"] == {}
    assert JOB["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert list(WORKFLOW[True]) == ["pull_request"]  # YAML 1.1 reads `on` so; never pull_request_target
    for step in JOB["steps"]:
        assert "${{" not in step.get("run", "")  # nothing becomes text of a script
        assert "uses" not in step or re.fullmatch(r"actions/[a-z-]+@v\d+\.\d+\.\d+", step["uses"])
    texts = {text for step in JOB["steps"] for part in ("env", "with") for text in step.get(part, {}).values()}
    used = {name for text in texts for name in EXPRESSION.findall(str(text))}
    assert used == {
        "github.event.pull_request.base.sha",
        "github.event.pull_request.head.sha",
        "github.event.pull_request.number",
        "github.token",
        "steps.work.outputs.changed",
    }
    (checkout,) = (step for step in JOB["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["persist-credentials"] is False
    assert checkout["with"]["fetch-depth"] == 0
    holders = [step["name"] for step in STEPS.values() if "GH_TOKEN" in step.get("env", {})]
    assert holders == ["Comment"]  # no other command sees the token
    assert not re.search(r"https?://|pypi|ghcr|docker", FILE.read_text(), re.IGNORECASE)


def test_planner_must_be_named(runner: Runner):
    runner.program("python", '#!/bin/sh\nprintf "%s\\n" "$@" > asked.txt\n')
    done = runner.step(STEPS["Install planner"], {}, {})
    assert done.returncode == 1
    assert done.stdout.startswith("::error::say in PLANNER")
    assert runner.step(STEPS["Install planner"], {}, {"PLANNER": "./planner 1"}).returncode == 0
    asked = (runner.repository / "asked.txt").read_text().splitlines()
    assert asked == ["-m", "pip", "install", "--quiet", "./planner 1"]


def test_one_comment_that_is_renewed(told: Runner):
    done = tell(told, "### First\n")
    assert (done.code, done.log, done.summary) == (0, "", "### First\n")
    assert told.comments() == [f"{MARK}### First\n"]
    asked = (told.repository / "asked.txt").read_text()
    assert asked == f"diff --markdown --exit-code {'b' * 40}...{'c' * 40}\n"
    tell(told, "### Second\n")
    assert told.comments() == [f"{MARK}### Second\n"]
    assert tell(told, "").summary == ""
    assert told.comments() == [MARK]  # what it said is true no more


def test_others_comments_are_left(told: Runner):
    others = [
        {"id": 1, "login": "ann", "body": MARK + "quoted by a person"},
        {"id": 2, "login": "github-actions[bot]", "body": "of another workflow"},
    ]
    told.comments_file.write_text(json.dumps(others))
    tell(told, "### First\n")
    tell(told, "### Second\n")
    assert told.comments() == [others[0]["body"], others[1]["body"], f"{MARK}### Second\n"]


def test_of_two_comments_of_its_own_the_first_is_renewed(told: Runner):
    bot = "github-actions[bot]"
    told.comments_file.write_text(json.dumps([{"id": n, "login": bot, "body": MARK + str(n)} for n in (4, 5)]))
    tell(told, "### New\n")
    assert told.comments() == [f"{MARK}### New\n", f"{MARK}5"]


def test_nothing_to_say_is_not_said(told: Runner):
    done = tell(told, "")
    assert done == Done(0, "The model is the same; there is nothing to comment.\n", "")
    assert told.comments() == []


def test_a_fork_gets_a_summary_and_no_call(told: Runner):
    told.fork = True
    assert tell(told, "### First\n") == Done(0, "", "### First\n")
    assert not (told.folder / "calls.txt").exists()


@pytest.mark.parametrize("refused", ["all", "POST", "PATCH"])
def test_a_token_that_may_not_write(told: Runner, refused: str):
    if refused == "PATCH":
        tell(told, "### First\n")
    told.refused = refused
    done = tell(told, "### Second\n")
    assert (done.code, done.summary) == (0, "### Second\n")
    assert "::notice::the token may not write comments here" in done.log


def test_a_long_diff_is_cut(told: Runner):
    line = "- é" * 33 + "\n"
    tell(told, line * 1000)
    (body,) = told.comments()
    assert len(body.encode()) < 65536
    assert body.endswith(f"{line}\nThe rest stands in the summary of the job.\n")


def test_trouble_is_told_in_the_summary(told: Runner):
    told.program("planner", "#!/bin/sh\necho 'error: ::add-mask::x' >&2\nexit 2\n")
    done = tell(told, "")
    assert (done.code, told.comments()) == (2, [])
    assert done.log == "::error::the decision diff could not be worked out; the summary says why\n"
    assert done.summary == "What the changes do could not be worked out:\n\n    error: ::add-mask::x\n"


def test_with_the_real_diff(runner: Runner):
    text = (ROOT / "scenarios" / "tutorial.yaml").read_text()
    runner.commit("scenarios/tutorial.yaml", text)
    runner.git("checkout", "-qb", "hopeful")
    head = runner.commit("scenarios/tutorial.yaml", text.replace("p: 0.3", "p: 0.1"))
    runner.git("checkout", "-q", "main")
    base = runner.commit("notes.yaml", "other: yaml\n")  # main went on meanwhile
    done = runner.run(base, head)
    assert (done.code, done.log) == (0, "")
    assert runner.comments() == [MARK + done.summary]
    assert "0.3" in done.summary
    assert "Wait" in done.summary  # what is recommended now
    same = runner.git("commit-tree", "-m", "same", "-p", base, f"{base}^{{tree}}")
    assert runner.run(base, same).code == 0
    assert "Wait" not in runner.comments()[0]


def test_a_scenario_that_is_broken_now(runner: Runner):
    text = (ROOT / "scenarios" / "tutorial.yaml").read_text()
    base = runner.commit("scenarios/tutorial.yaml", text)
    head = runner.commit("scenarios/tutorial.yaml", text.replace("to: answer", "to: anwser"))
    assert runner.run(base, head).code == 0
    (comment,) = runner.comments()
    assert "anwser" in comment
    assert runner.run(base, "0" * 40).code == 2  # a commit that is not there
