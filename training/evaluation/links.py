"""Known links: how often does a method's top source carry the cue that a sentence answers to?

Attention is read as captured. Removal drops one source, renders the prompt anew, keeps the answer as it is, and takes
the fall of the sentence's log-probability.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from anchoring.models.load import LanguageModel
from anchoring.models.render import render
from anchoring.models.types import Generation
from training.evaluation.cue_sentences import CueSentence

BATCH = 8
Scores = dict[str, float]


@dataclass(frozen=True)
class Links:
    """Hit rates over `count` sentences; `words`: the choice is among the user's words, else framing lines count too."""

    count: int
    chance: float
    attention: float
    best_head: float
    removal: float


def hit(sentence: CueSentence, scores: Scores, among: Sequence[str]) -> bool:
    return max(among, key=lambda source: scores[source]) in sentence.true


def links(sentences: Sequence[CueSentence], removed: Sequence[Scores], words: bool) -> Links | None:
    """Hit rates of all methods. `removed` holds each sentence's scores by `removal`. None without sentences."""
    if not sentences:
        return None
    pools = [s.words if words else s.all for s in sentences]
    heads = [_head_hits(s, pool) for s, pool in zip(sentences, pools, strict=True)]
    return Links(
        len(sentences),
        float(np.mean([s.chance(pool) for s, pool in zip(sentences, pools, strict=True)])),
        float(np.mean([hit(s, mean_attention(s), pool) for s, pool in zip(sentences, pools, strict=True)])),
        best_head(np.stack(heads), [id(s.generation) for s in sentences]),
        float(np.mean([hit(s, r, pool) for s, r, pool in zip(sentences, removed, pools, strict=True)])),
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
    done: dict[int, dict[str | None, np.ndarray]] = {}
    scores = []
    for s in sentences:
        g = s.generation
        if id(g) not in done:
            prompts = {None: g.prompt} | {source: g.prompt.without({source}) for source in s.all}
            rows = log_probabilities(model, [(render(p, model.tokenizer).token_ids, g) for p in prompts.values()])
            done[id(g)] = dict(zip(prompts, rows, strict=True))
        at, whole = list(s.tokens), done[id(g)]
        scores.append({source: float(whole[None][at].sum() - whole[source][at].sum()) for source in s.all})
    return scores


def log_probabilities(model: LanguageModel, runs: Sequence[tuple[tuple[int, ...], Generation]]) -> list[np.ndarray]:
    """For each (prompt tokens, answer) the log-probability of each of the answer's tokens, teacher-forced."""
    rows = []
    for start in range(0, len(runs), BATCH):
        rows += _forced(model, runs[start : start + BATCH])
    return rows


def _forced(model: LanguageModel, runs) -> list[np.ndarray]:
    wholes = [(*prompt, *g.token_ids) for prompt, g in runs]
    width = max(map(len, wholes))
    device = next(model.hf.parameters()).device
    # On the right padding changes nothing: no token looks ahead.
    ids = torch.tensor([[*w, *[model.tokenizer.pad_token_id] * (width - len(w))] for w in wholes], device=device)
    with torch.inference_mode():
        logits = model.hf(input_ids=ids, use_cache=False).logits
    rows = []
    for row, (prompt, g) in zip(logits, runs, strict=True):
        steps = row[len(prompt) - 1 : len(prompt) - 1 + len(g.token_ids)].float().log_softmax(-1)
        taken = torch.tensor(g.token_ids, device=device)[:, None]
        rows.append(steps.gather(-1, taken)[:, 0].cpu().numpy())
    return rows


def misses(sentences: Sequence[CueSentence], removed: Sequence[Scores], name: Callable[[CueSentence], str]) -> Counter:
    """Of the sentences whose top source by removal is a false one, how many of each kind there are."""
    pairs = zip(sentences, removed, strict=True)
    return Counter(name(s) for s, r in pairs if not hit(s, r, s.words))
