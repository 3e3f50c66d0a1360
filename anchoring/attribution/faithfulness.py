"""Is a highlight to be believed? What an attribution foretells, beside what removing pieces does.

Every check is about the sources that can be removed, and about one target at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from anchoring.attribution.masks import Masked, measure, removable, without
from anchoring.attribution.removal import HALVED
from anchoring.attribution.targets import target_tokens
from anchoring.attribution.types import Attribution
from anchoring.models.types import Generation

CONTROLS = 5  # random sets of sources beside the highest ones
PAIRS_AMONG = 4  # sources whose pairs are tested for redundancy


@dataclass(frozen=True)
class TopDrop:
    """`fall`: of the target's log-probability, in nats, without its k highest sources; `random`: without any k."""

    k: int
    fall: float
    random: float


@dataclass(frozen=True)
class Redundant:
    """Two sources (their indices) of which either alone does for both: `alone` their falls, `together` without both."""

    pair: tuple[int, int]
    alone: tuple[float, float]
    together: float


def lds(attribution: Attribution, generation: Generation, held_out: Masked) -> np.ndarray:
    """float64 [targets], in [-1, 1]: linear datamodelling score (Park et al., ICML 2023).

    Spearman's correlation, over masks that the surrogate was not fitted to, between the sum of the kept sources' scores
    and the log-probability measured; with few sources masks are few, and removal's own may be among them. nan where
    either is constant.
    """
    which = list(removable(generation))
    foretold = held_out.masks[:, which] @ _columns(attribution, generation).T
    if not attribution.targets:
        return np.empty(0)
    seen = [held_out.of(target_tokens(generation, target)) for target in attribution.targets]
    return rank_correlations(foretold, np.stack(seen, 1))


def rank_correlation(a: Sequence[float], b: Sequence[float]) -> float:
    """Spearman's; nan where there are fewer than three pairs or either side is constant."""
    return float(rank_correlations(np.reshape(a, (-1, 1)), np.reshape(b, (-1, 1)))[0])


def rank_correlations(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """float64 [columns]: Spearman's of each column of `a` [pairs, columns] with that of `b`, as `rank_correlation`.

    All at once: an answer of a thousand tokens has as many columns.
    """
    from pandas import DataFrame

    a, b = np.array(a, np.float64), np.array(b, np.float64)
    unknown = np.isnan(a) | np.isnan(b)
    a[unknown] = b[unknown] = np.nan
    a, b = (DataFrame(side).rank().to_numpy() for side in (a, b))
    count = (~unknown).sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = (side - np.nansum(side, 0) / count for side in (a, b))
        found = np.nansum(a * b, 0) / np.sqrt(np.nansum(a**2, 0) * np.nansum(b**2, 0))
    return np.where(count < 3, np.nan, np.clip(found, -1, 1))


def agreement(one: Attribution, other: Attribution, generation: Generation) -> tuple[np.ndarray, np.ndarray]:
    """(whether both name the same top source: bool [targets]; rank correlation of their scores: float64 [targets]).

    One that gives no source more than 0 names none.
    """
    a, b = _columns(one, generation), _columns(other, generation)
    if not a.shape[1]:
        return np.zeros(len(a), bool), np.full(len(a), np.nan)
    ranks = rank_correlations(a.T, b.T)
    return (a.argmax(1) == b.argmax(1)) & (a.max(1) > 0) & (b.max(1) > 0), ranks


def top_drop(model, attribution: Attribution, generation: Generation, k: int = 1, seed: int = 0, **watching):
    """One TopDrop a target, with `CONTROLS` random sets for all of them; [] where fewer than k + 1 can be removed."""
    which = np.array(removable(generation))
    if len(which) <= k or not attribution.targets:
        return []
    draws = np.random.default_rng(seed)
    controls = [tuple(sorted(draws.choice(which, k, replace=False))) for _ in range(CONTROLS)]
    highest = [tuple(sorted(which[np.argsort(-row)[:k]])) for row in _columns(attribution, generation)]
    fall = _falls(model, generation, {*controls, *highest}, **watching)
    found = []
    for target, top in zip(attribution.targets, highest, strict=True):
        tokens = target_tokens(generation, target)
        found.append(TopDrop(k, fall(top, tokens), float(np.mean([fall(c, tokens) for c in controls]))))
    return found


def redundant(model, attributions: Sequence[Attribution], generation: Generation, **watching) -> list[list[Redundant]]:
    """For each target the pairs that stand for each other, among the highest sources by any of the attributions.

    A pair is redundant where without both the target is at most half as likely and without either alone it is not,
    and where what either's removal does, up or down, adds up to no more than half of what both do: an OR, which no
    removal of single pieces and no linear fit can see.
    """
    which = np.array(removable(generation))
    rows = attributions[0].targets
    tops = []
    for n in range(len(rows)):
        best = np.max([_places(_columns(a, generation)[n]) for a in attributions], axis=0)
        tops.append(which[np.argsort(-best, kind="stable")[:PAIRS_AMONG]])
    pairs = {tuple(sorted(map(int, pair))) for top in tops for pair in combinations(top, 2)}
    fall = _falls(model, generation, {*pairs, *((n,) for pair in pairs for n in pair)}, **watching)
    found = []
    for target, top in zip(rows, tops, strict=True):
        tokens = target_tokens(generation, target)
        tested = [tuple(sorted(map(int, pair))) for pair in combinations(top, 2)]
        seen = [Redundant(p, (fall(p[:1], tokens), fall(p[1:], tokens)), fall(p, tokens)) for p in tested]
        found.append([r for r in seen if _either_will_do(r)])
    return found


def _either_will_do(r: Redundant) -> bool:
    return max(r.alone) < HALVED <= r.together and sum(map(abs, r.alone)) <= r.together / 2


def _columns(attribution: Attribution, generation: Generation) -> np.ndarray:
    """float64 [targets, removable sources]; 0 where the method has no score."""
    return np.nan_to_num(attribution.scores[:, list(removable(generation))].astype(np.float64))


def _places(row: np.ndarray) -> np.ndarray:
    """How many scores each is above."""
    return np.argsort(np.argsort(row, kind="stable"), kind="stable")


def _falls(model, generation: Generation, dropped: set[tuple], **watching) -> Callable[[tuple, Sequence[int]], float]:
    """A function of (sources dropped, tokens): the fall of those tokens' log-probability, all sets measured at once."""
    sets = sorted(dropped)
    masks = np.stack([without(generation), *(without(generation, *each) for each in sets)])
    measured = measure(model, generation, masks, **watching)
    row = {each: n for n, each in enumerate(sets, 1)}

    def fall(each: tuple, tokens: Sequence[int]) -> float:
        scores = measured.of(tokens)
        return float(scores[0] - scores[row[each]])

    return fall
