"""The command probe: one answer, traced."""

import contextlib
import difflib
import io
import os
import sys
import time
import warnings
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from math import isnan
from typing import Any

from anchoring.attribution import Attribution, attribute
from anchoring.attribution.cost import cost
from anchoring.cli_complaints import PROGRAM, complain
from anchoring.cli_output import say, say_json, tell
from anchoring.models.types import Generation, Settings, Source
from anchoring.prompting import Framing, Kind, Prompt, compose
from anchoring.report.scores import beside, largest, number, place, source_name
from anchoring.scope import Library, Scope, load_library


def probe(chosen: Namespace) -> int:
    """Runs the probe and prints it; the exit status."""
    try:
        # What is quick to refuse is refused before torch is loaded.
        settings = Settings(chosen.max_new_tokens, chosen.temperature, seed=chosen.seed)
        prompt = _prompt(chosen)
        with _quiet():
            generation, attribution, times = _run(prompt, settings, chosen)
    except (ValueError, _unreadable()) as fault:
        return complain(fault)
    if chosen.json:
        say_json(document(generation, attribution, times))
    else:
        say(readable(generation, attribution))
    return 0


def _unreadable() -> type[Exception]:
    """What the tap raises for a model whose attention can't be read; nothing can, where it was never loaded."""
    tap = sys.modules.get("anchoring.models.tap")
    return tap.TapError if tap else ValueError


def _prompt(chosen: Namespace) -> Prompt:
    library = load_library()
    scope, other = _scope(library, chosen.scope), _scope(library, chosen.other)
    framing = chosen.framing or (Framing.CARD if scope else Framing.NONE)
    words = _standard_input() if chosen.words == "-" else chosen.words
    return compose(words, scope=scope, framing=framing, reasoning=chosen.reasoning, other=other)


def _scope(library: Library, scope_id: str | None) -> Scope | None:
    if scope_id is None or scope_id in library.scopes:
        return library.scopes.get(scope_id)
    for problem in library.problems:
        if scope_id == problem.path.stem:
            raise ValueError(f"the scope {scope_id!r} can't be read: {problem.message}")
    asked = scope_id.casefold()
    near = [known for known in library.scopes if asked and asked in known]
    near += difflib.get_close_matches(asked, library.scopes, n=3, cutoff=0.5)
    near = list(dict.fromkeys(near))[:3]
    guess = f"did you mean {' or '.join(near)}?" if near else f"`{PROGRAM} scopes` lists them."
    raise ValueError(f"there is no scope {scope_id!r}: {guess}")


def _standard_input() -> str:
    if sys.stdin is None:
        raise ValueError("standard input is closed: give the words themselves instead of -.")
    try:
        words = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("standard input is not UTF-8 text.") from None
    except OSError as fault:
        raise ValueError(f"standard input can't be read: {fault.strerror or fault}.") from None
    return words.removesuffix("\n").removesuffix("\r")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Nothing but our own words on standard output, and no progress bars or warnings of the libraries on either."""
    for name, value in (
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("HF_HUB_VERBOSITY", "error"),
        ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
        ("TOKENIZERS_PARALLELISM", "false"),
    ):
        os.environ.setdefault(name, value)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        yield


def _run(prompt: Prompt, settings: Settings, chosen: Namespace) -> tuple[Generation, Attribution, dict[str, float]]:
    from anchoring.models.generate import generate
    from anchoring.models.load import load_model

    began = time.perf_counter()
    model = load_model(chosen.model)
    loaded = time.perf_counter()
    (generation,) = generate(
        model,
        [prompt],
        max_new_tokens=settings.max_new_tokens,
        temperature=settings.temperature,
        seed=settings.seed,
        capture=chosen.method == "attention",
    )
    answered = time.perf_counter()
    needed = cost(generation, chosen.method, chosen.unit)
    if needed.passes:
        tell(f"{chosen.method}: {needed}")
    attribution = attribute(model, generation, chosen.method, unit=chosen.unit)
    times = {"load_seconds": loaded - began, "attribution_seconds": time.perf_counter() - answered}
    return generation, attribution, times


def document(generation: Generation, attribution: Attribution, times: dict[str, float]) -> dict:
    """The probe as plain JSON values; sources partition `prompt`, targets stand in the part that they name."""
    text = generation.rendered.text
    return {
        "prompt": text,
        "sources": [_source(source, len(text)) for source in attribution.sources],
        "thought": generation.thought,
        "answer": generation.answer,
        "finish": generation.finish,
        "targets": [_target(generation, target) for target in attribution.targets],
        "scores": [[_score(score) for score in row] for row in attribution.scores],
        "model": asdict(generation.model),
        "settings": _settings(generation, attribution),
        "timing": _timing(generation, times),
    }


def _score(score: float) -> float | None:
    """None for a source that the method can't score: JSON knows no nan."""
    return None if isnan(score) else round(float(score), 8)


def _source(source: Source, length: int) -> dict[str, Any]:
    start, end = (length, length) if source.kind is Kind.OWN else (source.start, source.end)
    return {
        "id": source.id,
        "kind": source.kind.value,
        "text": source.text,
        "start": start,
        "end": end,
        "cue": source.cue,
    }


def _target(generation: Generation, target) -> dict[str, Any]:
    start, end = place(generation, target)
    return {"text": target.text, "start": start, "end": end, "part": target.part}


def _settings(generation: Generation, attribution: Attribution) -> dict[str, Any]:
    prompt = generation.prompt
    return {
        "words": prompt.words,
        "scope": prompt.scope,
        "scope_version": prompt.scope_version,
        "framing": prompt.framing,
        "reasoning": prompt.reasoning,
        "other": prompt.other,
        "other_version": prompt.other_version,
        **asdict(generation.settings),
        "method": attribution.method,
        "score_unit": attribution.unit,
        "signed": attribution.signed,
    }


def _timing(generation: Generation, times: dict[str, float]) -> dict[str, Any]:
    timing, count = generation.timing, len(generation.token_ids)
    seconds = {"generate_seconds": timing.seconds, "first_token_seconds": timing.first_token_seconds, **times}
    rate = count / timing.seconds if timing.seconds > 0 else 0.0
    return {name: round(value, 4) for name, value in seconds.items()} | {
        "tokens": count,
        "tokens_per_second": round(rate, 2),
    }


def readable(generation: Generation, attribution: Attribution) -> str:
    """The answer, then for each target its three largest sources, and what fell beside them."""
    lines = []
    if generation.thought:
        lines += ["Text the model wrote before answering:", generation.thought, ""]
    lines += [generation.answer or "(The model wrote no answer.)", ""]
    if attribution.targets:
        lines.append(_heading(attribution))
    for target, row in zip(attribution.targets, attribution.scores, strict=True):
        mark = " (thought)" if target.part == "thought" else ""
        lines.append(f"\n“{_short(target.text, 100)}”{mark}")
        for ranked in largest(attribution, row):
            shown = f"“{_short(ranked.source.text, 60)}” ({source_name(ranked.source)})"
            lines.append(f"  {number(attribution, ranked.score):>8}  {shown}")
        rest = [f"{name} {number(attribution, score)}" for name, score in beside(attribution, row).items()]
        if rest:
            lines.append(f"  {'besides':>8}  {', '.join(rest)}")
    model = generation.model
    lines.append(f"\n{model.id} {model.revision} ({model.dtype}, {model.device}), seed {generation.settings.seed}")
    return "\n".join(lines)


def _heading(attribution: Attribution) -> str:
    if attribution.method == "attention":
        return f"What it looked at ({attribution.unit}; weights, not reasons):"
    return f"What it rests on ({attribution.unit}):"


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
