"""Known links: how often does a method's top source carry the cue that a sentence answers to?

Attention is read as captured, removal is measured as the app does.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from anchoring.attribution import with_removal
from anchoring.attribution.removal import HALVED
from anchoring.models.load import LanguageModel
from training.evaluation.cue_sentences import CueSentence

Scores = dict[str, float]


@dataclass(frozen=True)
class Links:
    """Hit rates over `count` sentences. `rests` is removal's rate among the sentences that are at most half as
    likely without one of the sources chosen among, and `rests_share` their share."""

    count: int
    chance: float
    attention: float
    best_head: float
    removal: float
    rests: float | None
    rests_share: float


def hit(sentence: CueSentence, scores: Scores, among: Sequence[str]) -> bool:
    return max(among, key=lambda source: scores[source]) in sentence.true


def rests(falls: Scores, among: Sequence[str]) -> bool:
    """Whether the sentence is at most half as likely without one of these sources."""
    return max(falls[source] for source in among) >= HALVED


def links(sentences: Sequence[CueSentence], removed: Sequence[Scores], among: str) -> Links | None:
    """Hit rates of all methods. `removed` holds each sentence's scores by `removal`; None without sentences.

    `among` says among what a method chooses: "words", "all" or "cues" of CueSentence. A sentence without a choice
    between a true and a false one does not count.
    """
    pairs = [(s, r) for s, r in zip(sentences, removed, strict=True) if 0 < s.chance(getattr(s, among)) < 1]
    if not pairs:
        return None
    sentences, removed = zip(*pairs, strict=True)
    pools = [getattr(s, among) for s in sentences]
    heads = [_head_hits(s, pool) for s, pool in zip(sentences, pools, strict=True)]
    removal_hits = np.array([hit(s, r, pool) for s, r, pool in zip(sentences, removed, pools, strict=True)])
    firm = np.array([rests(r, pool) for r, pool in zip(removed, pools, strict=True)])
    return Links(
        len(sentences),
        float(np.mean([s.chance(pool) for s, pool in zip(sentences, pools, strict=True)])),
        float(np.mean([hit(s, mean_attention(s), pool) for s, pool in zip(sentences, pools, strict=True)])),
        best_head(np.stack(heads), [id(s.generation) for s in sentences]),
        float(removal_hits.mean()),
        float(removal_hits[firm].mean()) if firm.any() else None,
        float(firm.mean()),
    )


def _rows(sentence: CueSentence) -> np.ndarray:
    """float32 [layers, heads, sources + 1], the mean over the sentence's tokens."""
    return sentence.generation.attention[list(sentence.tokens)].astype(np.float32).mean(0)


def mean_attention(sentence: CueSentence) -> Scores:
    ids = [s.id for s in sentence.generation.rendered.sources]
    return dict(zip(ids, _rows(sentence).mean((0, 1))[:-1].tolist(), strict=True))


def _head_hits(sentence: CueSentence, pool: Sequence[str]) -> np.ndarray:
    """bool [layers x heads]: whether each head's top source is a true one."""
    ids = [s.id for s in sentence.generation.rendered.sources]
    columns = [ids.index(source) for source in pool]
    top = _rows(sentence)[..., columns].argmax(-1).reshape(-1)
    return np.array([pool[column] in sentence.true for column in top])


def best_head(hits: np.ndarray, groups: Sequence[int]) -> float:
    """Hit rate of the head that is best on one half, measured on the other half, mean of both ways.

    `hits` is bool [sentences, heads]. Sentences of one answer (equal `groups`) stay in one half.
    """
    number = {group: n for n, group in enumerate(dict.fromkeys(groups))}
    half = np.array([number[g] % 2 == 0 for g in groups])
    if half.all() or not half.any():
        return float("nan")
    return float(np.mean([hits[~h][:, hits[h].mean(0).argmax()].mean() for h in (half, ~half)]))


def removal(model: LanguageModel, sentences: Sequence[CueSentence]) -> list[Scores]:
    """For each sentence the fall of its log-probability without each source of its prompt, in nats."""
    done: dict[int, np.ndarray] = {}
    scores = []
    for s in sentences:
        if id(s.generation) not in done:
            done[id(s.generation)] = with_removal(model, s.generation).removal
        falls = done[id(s.generation)][list(s.tokens)].sum(0)
        ids = [source.id for source in s.generation.rendered.sources]
        scores.append({source: float(falls[ids.index(source)]) for source in s.all})
    return scores


def misses(sentences: Sequence[CueSentence], removed: Sequence[Scores], name: Callable[[CueSentence], str]) -> Counter:
    """Of the sentences whose top source by removal is a false one, how many of each kind there are."""
    pairs = zip(sentences, removed, strict=True)
    return Counter(name(s) for s, r in pairs if not hit(s, r, s.words))
