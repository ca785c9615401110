"""Rankings put together, and power in votes, against published examples and brute force."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analyses.disputes.consensus import consensus, power, ranked


def strict(*orders: str) -> list[list[list[str]]]:
    return [[[option] for option in order] for order in orders]


def test_tennessee_chooses_a_capital():
    """The standard example of voting theory: 42, 26, 15 and 17 per cent live near the four cities."""
    found = consensus(strict("MNCK", "NCKM", "CKNM", "KCNM"), [42, 26, 15, 17])
    assert found.condorcet == "N"
    assert found.borda == {"M": 126, "N": 194, "C": 173, "K": 107}
    assert found.kemeny == (("N", "C", "K", "M"),)
    assert found.kemeny_score == 393
    assert found.pairwise["N", "M"] == 58
    assert found.worst_rank == {"M": 4, "N": 3, "C": 3, "K": 4}
    assert found.copeland == {"M": 0, "N": 3, "C": 2, "K": 1}


def test_condorcets_paradox():
    found = consensus(strict("ABC", "BCA", "CAB"))
    assert found.condorcet is None
    assert found.cycle == ("A", "B", "C")
    assert set(found.borda_winners) == {"A", "B", "C"}
    assert found.kemeny == (("A", "B", "C"), ("B", "C", "A"), ("C", "A", "B"))
    assert found.kemeny_score == 5


def test_ties_share_points():
    found = consensus([[["A", "B"], ["C"]], [["C"], ["A"], ["B"]]])
    assert found.borda == {"A": 2.5, "B": 1.5, "C": 2}
    assert ranked({"x": 1.0, "y": 1.0 + 1e-15, "z": 3.0}, tie=1e-12) == [["z"], ["y", "x"]]


orders = st.lists(st.permutations(["A", "B", "C", "D"]), min_size=1, max_size=5)


@given(orders)
def test_kemeny_by_brute_force(rows: list[list[str]]):
    found = consensus([[[option] for option in row] for row in rows])

    def score(ranking: tuple[str, ...]) -> int:
        return sum(
            row.index(a) < row.index(b) for row in rows for at, a in enumerate(ranking) for b in ranking[at + 1 :]
        )

    scores = {ranking: score(ranking) for ranking in permutations("ABCD")}
    best = max(scores.values())
    assert found.kemeny_score == best
    assert set(found.kemeny or ()) == {ranking for ranking, value in scores.items() if value == best}
    if found.condorcet is not None:  # Kemeny rankings put a Condorcet winner first
        assert {ranking[0] for ranking in found.kemeny or ()} == {found.condorcet}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.floats(0.5, 1.0))
def test_power_by_orders_of_arrival(votes: list[int], quota: float):
    names = {f"v{at}": vote for at, vote in enumerate(votes)}
    found = power(names, quota)
    total, turns = sum(votes), dict.fromkeys(names, 0)
    arrivals = list(permutations(names))
    for order in arrivals:
        held = 0
        for name in order:
            held += names[name]
            if held >= quota * total - 1e-9 * total:
                turns[name] += 1
                break
    assert found.shapley_shubik == pytest.approx({name: count / len(arrivals) for name, count in turns.items()})
    assert sum(found.banzhaf.values()) == pytest.approx(1.0)


def test_power_in_the_first_european_community():
    """Votes of 1958: 4 for Germany, France and Italy, 2 for Belgium and the Netherlands, 1 for Luxembourg; 12 of 17.

    Luxembourg could never turn a vote (Brams and Affuso 1976, Power and size: a new paradox).
    """
    found = power({"de": 4, "fr": 4, "it": 4, "nl": 2, "be": 2, "lu": 1}, 12 / 17)
    assert found.dummies == ("lu",)
    assert found.banzhaf == pytest.approx(
        {"de": 5 / 21, "fr": 5 / 21, "it": 5 / 21, "nl": 3 / 21, "be": 3 / 21, "lu": 0}
    )
    assert found.shapley_shubik["de"] == pytest.approx(14 / 60)


def test_a_double_majority():
    found = power({"big": 80, "small": 10, "tiny": 10}, 0.65, heads=0.55)
    assert found.veto == ("big",)
    assert found.banzhaf["small"] == found.banzhaf["tiny"] > 0


def test_too_many_voters():
    with pytest.raises(ValueError, match="21 voters"):
        power({f"v{at}": 1 for at in range(21)}, 0.5)
