"""Spreading work: over processes of this machine, or over the workers of a Dask cluster.

Both give a function that is called like `map` and yields results in order (`planner.analyses.drawing.job.Mapper`). The
work is pickled once and unpickled once by each process, which keeps what it makes of it. Only a few parts are on their
way at a time, so that neither parts nor results pile up.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from planner.errors import PlannerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection

    Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]

AHEAD = 2  # parts for each worker that are on their way or done but not fetched
PATIENCE = 10  # seconds in which a scheduler must answer
PRELOADED = ["numpy", "scipy.special", "planner.analyses.drawing.drivers", "planner.analyses.simulate"]


# --- processes of this machine --------------------------------------------------------------------------------


@contextmanager
def processes(workers: int) -> Iterator[Mapper]:
    """Yield a mapper that works with so many processes.

    They end with the block, also when it is left by an error or Ctrl-C, and when this process is killed.

    Raises:
        PlannerError: a process died.
    """
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(PRELOADED)
    alive, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(alive,))
    try:
        yield partial(_over_processes, pool, workers)
    except BaseException:
        held.close()  # what is still at work is not wanted any more
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        held.close()
        alive.close()


def _begin(alive: Connection) -> None:
    """Leave Ctrl-C to the parent, and end when the parent closes its end of the pipe, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(alive,), daemon=True).start()


def _end_with(alive: Connection) -> None:
    try:
        alive.poll(None)
    finally:
        os._exit(1)


def _over_processes(
    pool: ProcessPoolExecutor, workers: int, work: Callable[[Any], Any], parts: Iterable[Any]
) -> Iterator[Any]:
    payload = pickle.dumps(work)
    try:
        yield from _in_order(lambda part: pool.submit(_done, payload, part), parts, lambda: AHEAD * workers)
    except BrokenProcessPool as error:
        raise PlannerError(
            "a worker process died before its work was done", "take fewer --workers, if memory ran out"
        ) from error


def _in_order(submit: Callable[[Any], Any], parts: Iterable[Any], ahead: Callable[[], int]) -> Iterator[Any]:
    """Submit parts, always some ahead of the one that is waited for, and yield results in order."""
    waiting: deque[Any] = deque()
    rest = iter(parts)
    try:
        while True:
            waiting += map(submit, islice(rest, max(1, ahead() - len(waiting))))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


@lru_cache(maxsize=1)
def _loaded(payload: bytes) -> Callable[[Any], Any]:
    """Return the work that a payload holds, the same object for every part of it."""
    work: Callable[[Any], Any] = pickle.loads(payload)  # noqa: S301 - the parent pickled it
    return work


def _done(payload: bytes, part: Any) -> Any:
    return _loaded(payload)(part)


# --- a Dask cluster -------------------------------------------------------------------------------------------


@contextmanager
def cluster(address: str) -> Iterator[Mapper]:
    """Yield a mapper that works on the Dask cluster of the scheduler at an address such as ``tcp://10.0.0.5:8786``.

    What a worker had in hand when it died is done again by another.

    Raises:
        PlannerError: `distributed` is not installed, no scheduler answers, the cluster has no workers, its workers have
            other versions of planner, NumPy or SciPy, or the cluster is lost on the way.
    """
    try:
        import distributed
    except ModuleNotFoundError:
        raise PlannerError(
            "a Dask cluster needs the package 'distributed', which is not installed", "pip install 'planner[cluster]'"
        ) from None
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise PlannerError(
            f"no Dask scheduler answers at '{address}'", "start one with `dask scheduler`, or correct the address"
        ) from error
    try:
        _check_workers(client)
        yield partial(_over_cluster, client)
    finally:
        client.close()


def versions() -> dict[str, str]:
    """Return the versions that results depend on."""
    import numpy as np
    import scipy

    return {"planner": _version(), "numpy": np.__version__, "scipy": scipy.__version__}


def _version() -> str:
    """Return the version of the package that we are part of; it is imported, or we would not be."""
    found: str = sys.modules["planner"].__version__
    return found


def _check_workers(client: Any) -> None:
    """Refuse a cluster without workers, and workers whose results could differ from ours."""
    try:
        found: dict[str, dict[str, str]] = client.run(versions)
    except ImportError as error:
        raise PlannerError(
            f"the workers of the cluster cannot run planner: {error}", f"install planner {_version()} on them"
        ) from error
    if not found:
        raise PlannerError("the Dask cluster has no workers", "start some with `dask worker ADDRESS`")
    for worker, theirs in found.items():
        _same_versions(theirs, f"the worker at {worker}")


def _same_versions(theirs: dict[str, str], who: str) -> None:
    for name, ours in versions().items():
        other = theirs.get(name, "none")
        if other != ours:
            raise PlannerError(
                f"{who} has {name} {other}, here it is {ours}", "install the same versions, or the numbers could differ"
            )


def _over_cluster(client: Any, work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    try:
        # made by a task, not scattered: it is made again when the worker that holds it dies
        held = client.submit(_received, pickle.dumps(work), versions(), pure=False)
        yield from _in_order(
            lambda part: client.submit(_worked, held, part, pure=False),
            parts,
            lambda: AHEAD * max(1, sum(client.nthreads().values())),
        )
    except KilledWorker as error:
        raise PlannerError(
            "workers of the Dask cluster died again and again over the same work", "see whether they have enough memory"
        ) from error
    except (CommClosedError, FutureCancelledError) as error:
        raise PlannerError("the Dask cluster was lost", "see whether its scheduler still runs") from error


def _received(payload: bytes, expected: dict[str, str]) -> Callable[[Any], Any]:
    """Unpickle the work on a worker, which may have joined after the others were asked for their versions."""
    ours = versions()
    if ours != expected:
        raise PlannerError(f"a worker has {ours}, not {expected}", "install the same versions on all workers")
    work: Callable[[Any], Any] = pickle.loads(payload)  # noqa: S301 - the client pickled it
    return work


def _worked(work: Callable[[Any], Any], part: Any) -> Any:
    return work(part)
