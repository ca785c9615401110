"""Work spread over processes and over a Dask cluster: the same bits, and no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner import parallel
from planner.analyses.result import BadArgument
from planner.core.diagnostics import ScenarioError
from planner.errors import PlannerError
from planner.parallel import cluster, processes
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOSCOW = ROOT / "scenarios" / "european-line-on-moscow.yaml"


def double(number: int) -> int:
    return 2 * number


def die_at(which: int, number: int) -> int:
    if number == which:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail(number: int) -> int:
    raise BadArgument(f"no {number}", "try another")


def process_of(number: int) -> tuple[int, int]:
    time.sleep(0.005)  # or one process takes all
    return number, os.getpid()


def is_there(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not fetched by its parent does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:  # noqa: PTH123 - a file that may vanish
            return file.read().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(done: Any, what: str) -> None:
    for _ in range(600):
        if done():
            return
        time.sleep(0.05)
    pytest.fail(f"waited half a minute: {what}")


# --- processes ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two() -> Iterator[Any]:
    with processes(2) as mapper:
        yield mapper


def test_results_come_in_order_from_several_processes(two: Any):
    found = list(two(process_of, range(30)))
    assert [number for number, _ in found] == list(range(30))
    assert len({pid for _, pid in found}) == 2
    assert list(two(double, [])) == []


def test_only_a_few_parts_are_taken_ahead(two: Any):
    taken: list[int] = []

    def parts() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = two(double, parts())
    assert next(results) == 0
    assert len(taken) <= 2 * parallel.AHEAD
    results.close()


def test_an_error_of_the_work_comes_back_as_it_was(two: Any):
    with pytest.raises(BadArgument) as caught:
        list(two(fail, [7]))
    assert (caught.value.message, caught.value.next_step) == ("no 7", "try another")


def test_the_bits_of_a_simulation_are_those_of_one_process(two: Any):
    scenario = planner.load(MOSCOW)
    alone = planner.simulate(scenario, draws=20_000, indices=512)
    spread = planner.simulate(scenario, draws=20_000, indices=512, mapper=two)
    assert spread.to_dict() == alone.to_dict()


def test_an_impossible_draw_in_another_process_is_the_same_error(two: Any, tmp_path: Any):
    text = MOSCOW.read_text(encoding="utf-8")
    wild = text.replace("    distribution: pert", "    distribution: normal(0.25, 0.2)", 1)
    file = tmp_path / "wild.yaml"
    file.write_text(wild, encoding="utf-8")
    scenario = planner.load(file)
    messages = []
    for mapper in (map, two):
        with pytest.raises(ScenarioError) as caught:
            planner.simulate(scenario, mapper=mapper)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert " in draw " in messages[0]


def test_a_process_that_dies_is_an_error_with_a_next_step():
    with pytest.raises(PlannerError, match="a worker process died before its work was done; take fewer --workers"):  # noqa: SIM117
        with processes(2) as mapper:
            list(mapper(partial(die_at, 3), range(10)))


HANG = """
import sys, time
from planner.parallel import processes

def slow(number):
    time.sleep(60)

if __name__ == "__main__":
    from tests.test_parallel import process_of
    with processes(2) as mapper:
        print(*{pid for _, pid in mapper(process_of, range(20))}, flush=True)
        list(mapper(slow, range(9)))
"""


@contextmanager
def hanging(tmp_path: Any) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Start a program with two processes at work; yield it and their numbers."""
    script = tmp_path / "hang.py"
    script.write_text(HANG, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as program:
        try:
            assert program.stdout is not None
            workers = list(map(int, program.stdout.readline().split()))
            assert len(workers) == 2
            assert all(map(is_there, workers))
            yield program, workers
        finally:
            program.kill()


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks at processes in /proc")  # noqa: PTH112
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_the_program(tmp_path: Any, how: signal.Signals):
    with hanging(tmp_path) as (program, workers):
        program.send_signal(how)
        program.wait(30)
        wait_until(lambda: not any(map(is_there, workers)), "the workers have ended")
        assert program.returncode != 0
        assert program.stderr is not None
        told = program.stderr.read()
    assert told.count("Traceback") <= 1  # the program's own, none of its workers'


# --- a Dask cluster -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    """A real cluster: a scheduler here, and two worker processes."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as made:
        yield made


def test_a_simulation_outlives_a_worker_and_keeps_its_bits(local: Any):
    """One of two workers is killed when the first of 24 blocks has come back; its nanny then starts another."""
    scenario = planner.load(MOSCOW)
    draws = 24 * 8_192
    alone = planner.simulate(scenario, draws=draws, once=True, indices=0)
    victims = [worker.process.pid for worker in local.workers.values()]
    assert len(victims) == 2
    came = 0

    with cluster(local.scheduler_address) as mapper:

        def killing(work: Any, parts: Iterable[Any]) -> Iterator[Any]:
            nonlocal came
            for found in mapper(work, parts):
                came += 1
                if came == 1:
                    os.kill(victims[0], signal.SIGKILL)
                yield found

        spread = planner.simulate(scenario, draws=draws, once=True, indices=0, mapper=killing)
    assert came == 24
    wait_until(lambda: not is_there(victims[0]), "the worker has died")
    assert spread.to_dict() == alone.to_dict()


def test_results_of_a_cluster_come_in_order_and_errors_as_they_were(local: Any):
    with cluster(local.scheduler_address) as mapper:
        assert list(mapper(double, range(50))) == [2 * number for number in range(50)]
        with pytest.raises(BadArgument, match="no 7; try another"):
            list(mapper(fail, [7]))


def test_workers_with_other_versions_are_refused(local: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(planner, "__version__", "9.9")
    with pytest.raises(PlannerError, match=r"has planner \S+, here it is 9.9; install the same versions"):  # noqa: SIM117
        with cluster(local.scheduler_address):
            pytest.fail("the work must not begin")


def test_a_cluster_without_workers_is_refused():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as empty:  # noqa: SIM117
        with pytest.raises(PlannerError, match="has no workers; start some with `dask worker"):
            with cluster(empty.scheduler_address):
                pytest.fail("the work must not begin")


def test_an_address_without_scheduler_is_a_sentence(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(parallel, "PATIENCE", 0.2)
    for address in ("tcp://127.0.0.1:1", "nonsense"):
        with pytest.raises(PlannerError, match=f"no Dask scheduler answers at '{address}'"):  # noqa: SIM117
            with cluster(address):
                pytest.fail("the work must not begin")


def test_a_missing_package_is_a_sentence_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PlannerError, match=r"pip install 'planner\[cluster\]'"):  # noqa: SIM117
        with cluster("tcp://127.0.0.1:8786"):
            pytest.fail("the work must not begin")
