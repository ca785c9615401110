"""The raw draws as columns: what was drawn, what each option is worth, and which one is taken.

Ids are written in small letters, so columns with a capital or a colon cannot be taken for one:

- ``Draw``, from 1 on;
- each drawn parameter under its id;
- each probability that was drawn as ``state.branch``;
- ``value:OPTION``, or ``value:OPTION:ACTOR`` where there are several actors;
- ``Taken``, the id of the option that is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from planner.core.binding import bind, environment

if TYPE_CHECKING:
    from planner.analyses.drawing.job import Block, Job

Rows = dict[str, NDArray[Any]]


def columns(job: Job, block: Block) -> Rows:
    """Return a block of draws as columns by name, all equally long."""
    asked = job.focus
    count = len(block.draws.choice)
    found: Rows = {"Draw": np.arange(block.first + 1, block.first + count + 1, dtype=np.int64)}
    found |= block.inputs
    found |= _probabilities(job, block)
    several = len(asked.scenario.actors) > 1
    for option, by_actor in zip(asked.options, block.draws.options, strict=True):
        for actor, values in zip(asked.scenario.actors, by_actor, strict=True):
            found[f"value:{option}:{actor}" if several else f"value:{option}"] = values
    found["Taken"] = np.array(asked.options)[block.draws.choice]
    return found


def _probabilities(job: Job, block: Block) -> Rows:
    """Return the drawn probabilities of every state of the chance nodes that are drawn."""
    if not block.uniforms:
        return {}
    asked = job.focus
    unfolded = asked.unfolded
    env = environment(asked.scenario, {**asked.overrides, **block.inputs})
    bound = bind(unfolded, env, uniforms=block.uniforms, first_draw=block.first)
    found: Rows = {}
    for state in range(len(unfolded)):
        if unfolded.place_ids[int(unfolded.place[state])] not in block.uniforms:
            continue
        for slot in unfolded.slots(state):
            branch = unfolded.edges[int(unfolded.edge[slot])].id
            found[f"{unfolded.labels[state]}.{branch}"] = np.asarray(bound.p[int(bound.p_row[slot])], np.float64)
    return found
