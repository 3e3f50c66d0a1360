"""A run as one HTML page that stands alone: no script, nothing fetched, every word of users and models escaped."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from math import isnan
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from anchoring.attribution import Attribution, attribute, badges
from anchoring.attribution.checks import foretelling
from anchoring.attribution.telling import told
from anchoring.models.types import Generation, Source
from anchoring.prompting import Framing, Kind, Prompt, Reasoning
from anchoring.report.document import traced, versions
from anchoring.report.endings import ending, pace
from anchoring.report.palette import page_css
from anchoring.report.scores import KIND_NAMES, beside, largest, number, place, source_name
from anchoring.scope import Scope, Status, load_scopes
from anchoring.studies.arms import Arm
from anchoring.studies.run import Run

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Looked:
    """One source in a list or a table, ready to be drawn. `strength`, 0 to 1, fills its highlight."""

    text: str
    kind: str
    name: str
    number: str
    strength: float = 0.0


@dataclass(frozen=True)
class Piece:
    """A stretch of a thought or an answer; `order` numbers sentences from 1 and is 0 for what lies between them."""

    text: str
    order: int = 0
    looked: tuple[Looked, ...] = ()
    besides: str = ""


@dataclass(frozen=True)
class ArmView:
    label: str
    meta: str
    thought: tuple[Piece, ...]
    answer: tuple[Piece, ...]
    prompt: tuple[Looked, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Looked, tuple[str, ...]], ...]
    unit: str


def run_html(run: Run) -> str:
    """The page: every arm's answer by sentence with what it looked at, its thought, its prompt, and how it was made."""
    return _template().render(
        run=run,
        scope=_scope(run),
        removal=any(generation.removal is not None for generation in run.arms),
        lds=any(generation.masks is not None for generation in run.arms),
        created=_moment(run.created),
        pace=pace(run.arms) if len(run.arms) > 1 else "",
        arms=[_arm(generation) for generation in run.arms],
        made=_made(run),
        tools=", ".join(f"{name} {number}" for name, number in versions().items() if number),
        kinds=[(kind.value, KIND_NAMES[kind]) for kind in Kind if kind is not Kind.OWN],
        css=Markup(page_css() + (_HERE / "page.css").read_text("utf-8")),  # noqa: S704 - ours alone, no one's words
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html")


def _scope(run: Run) -> str:
    """What the words were read in, and who stands behind that card."""
    scope = load_scopes().get(run.scope or "")
    if scope is None:
        return f"Scope: {run.scope}, a card that is not on this machine." if run.scope else ""
    version = run.arms[0].prompt.scope_version
    draft = scope.status is Status.DRAFT and version == scope.version
    return f"Scope: {scope.title}. Card {version}{_draft(scope) if draft else ''}."


def _draft(scope: Scope) -> str:
    """Who has read a draft; which of them are from the community is for the card to say."""
    if not scope.reviewers:
        return ", a draft that nobody from the community has reviewed"
    named = "; ".join(f"{person.name} ({person.relation})" for person in scope.reviewers)
    return f", a draft that names as reviewers: {named}"


def _moment(created: datetime) -> str:
    created = created.astimezone(UTC)
    return f"{created.day} {created:%B %Y, %H:%M} UTC"


def _arm(generation: Generation) -> ArmView:
    found = traced(generation)
    told = (pace((generation,)), f"{len(generation.token_ids)} tokens", ending(generation))
    return ArmView(
        label=_label(generation),
        meta=" · ".join(part for part in told if part),
        thought=_pieces(generation, found, "thought"),
        answer=_pieces(generation, found, "answer"),
        prompt=_prompt(generation),
        columns=tuple(t.text for t in found.targets) if found else (),
        rows=_rows(found) if found else (),
        unit=found.unit if found else "",
    )


def _label(generation: Generation) -> str:
    return Arm(Framing(generation.prompt.framing), Reasoning(generation.prompt.reasoning)).label


def _pieces(generation: Generation, found: Attribution | None, part: str) -> tuple[Piece, ...]:
    """A part cut at its sentences; joined, the pieces are the part to the letter."""
    text, at = getattr(generation, part), 0
    removed = None if generation.removal is None else attribute(None, generation, "removal")
    said = badges(found, removed, generation) if found and removed else ()
    foretold = foretelling(found, generation) if said else None
    pieces: list[Piece] = []
    for order, target in enumerate(found.targets if found else (), 1):
        if target.part != part:
            continue
        start, end = place(generation, target)
        row = found.scores[order - 1]
        falls = removed.scores[order - 1] if removed else None
        looked = tuple(
            _looked(r.source, number(found, r.score), fall=_fall(falls, r.column)) for r in largest(found, row)
        )
        besides = ", ".join(f"{name} {number(found, s)}" for name, s in beside(found, row).items())
        besides += f" · {said[order - 1]}" if said else ""
        if foretold is not None and not isnan(foretold[order - 1]):
            besides += f" · LDS {foretold[order - 1]:.2f}"
        pieces += [Piece(text[at:start]), Piece(text[start:end], order, looked, besides)]
        at = end
    return tuple(piece for piece in (*pieces, Piece(text[at:])) if piece.text)


def _looked(source: Source, shown: str = "", strength: float = 0.0, fall: str = "") -> Looked:
    return Looked(source.text, source.kind.value, source_name(source) + fall, shown, strength)


def _fall(falls, column: int) -> str:
    """What removal measured, in words; nothing for what was not, or can't be, removed."""
    return "" if falls is None or isnan(falls[column]) else f" · without it {told(falls[column])}"


def _prompt(generation: Generation) -> tuple[Looked, ...]:
    """The prompt's sources in order, each with its share over the whole answer where attention was kept."""
    whole = traced(generation, "answer")
    whole = whole if whole and whole.targets else None
    pieces = []
    for column, source in enumerate(generation.rendered.sources):
        score = float(whole.scores[0][column]) if whole else 0.0
        # Half of all attention is full strength, square root below: the same scale in every arm, as on screen.
        pieces.append(_looked(source, number(whole, score) if whole else "", min(1.0, (max(score, 0.0) / 0.5) ** 0.5)))
    return tuple(pieces)


def _rows(found: Attribution) -> tuple[tuple[Looked, tuple[str, ...]], ...]:
    """The whole matrix, one row a source: the largest alone would hide where the rest went."""
    numbers = [tuple(number(found, float(score)) for score in column) for column in found.scores.T]
    return tuple((_looked(source), column) for source, column in zip(found.sources, numbers, strict=True))


def _made(run: Run) -> list[tuple[str, list[str]]]:
    """Name and one value an arm, of everything that it takes to repeat the run."""

    def each(say) -> list[str]:
        return [str(say(arm)) for arm in run.arms]

    return [
        ("Model", each(lambda a: a.model.id)),
        ("Revision", each(lambda a: a.model.revision or "unknown")),
        ("Numbers and device", each(lambda a: f"{a.model.dtype}, {a.model.device}")),
        ("Parameters", each(lambda a: f"{a.model.parameters:,}")),
        ("Scope", each(lambda a: a.prompt.scope or "none")),
        ("Scope version", each(lambda a: a.prompt.scope_version or "none")),
        ("Framing", each(lambda a: a.prompt.framing)),
        ("Card shown", each(lambda a: _card_shown(a.prompt))),
        ("Chain-of-thought", each(lambda a: a.prompt.reasoning)),
        ("Seed", each(lambda a: a.settings.seed)),
        ("Temperature", each(lambda a: f"{a.settings.temperature:g}{'' if a.settings.temperature else ' (greedy)'}")),
        ("Top-p", each(lambda a: f"{a.settings.top_p:g}")),
        ("Most new tokens", each(lambda a: a.settings.max_new_tokens)),
        ("Seconds, arms in the batch", each(lambda a: f"{a.timing.seconds:.2f}, {a.timing.batch}")),
    ]


def _card_shown(prompt: Prompt) -> str:
    """Whose card the model was given: under the control "swapped" it is not that of the scope."""
    if prompt.framing in (Framing.CARD, Framing.INTERPRETIVE):
        return f"{prompt.scope} {prompt.scope_version}"
    if prompt.framing == Framing.SWAPPED:
        return f"{prompt.other} {prompt.other_version}" if prompt.other else "another scope's; which, was not noted"
    return "none"
