"""A scope card as HTML to be read. Every text of a card passes `shown`, and nothing else makes markup."""

from collections.abc import Iterable, Mapping
from datetime import date

from anchoring.scope import Contested, Cue, Role, Scope, Source, Status, WinkTwitch
from pages.scope_parts.words import CONFIDENCE, STATUS, VOICE, cue_name, day, language_name, overdue, shown, standing


def card_html(
    scope: Scope, titles: Mapping[str, str] | None = None, own: bool = False, today: date | None = None
) -> str:
    """The whole card. `titles` gives the titles of other cards by id, for the steps that name one."""
    parts = (
        _head(scope, own, today),
        _ladder(scope, titles or {}),
        _section("Who is there", "", _list(map(_role, scope.roles))),
        _section("What people notice", _CUES, _list(_cue(cue, n) for n, cue in enumerate(scope.cues, 1))),
        _section("One act, two readings", _PAIRS, _list(map(_pair, scope.wink_twitch))),
        _section("Where people here disagree", "", _list(map(_dispute, scope.contested))),
        _limits(scope),
        _section("Sources", "", _list(map(_source, scope.sources))),
        _people(scope),
        _section("Permission and voice", "", _permission(scope)),
        _section("Changes", "", _list(map(_change, scope.changelog))),
    )
    return f'<article class="pap-text" aria-label="Scope card">{"".join(parts)}</article>'


_CUES = "Signs that people in this setting read. Each is a starting point, to be checked with those who are in it."
_PAIRS = "The same act can be a wink or a twitch. The words are alike; what surrounds them decides."


def text(value: str, tag: str = "p", css: str = "", lang: str = "") -> str:
    """One text of a user in an element of its own, in its own direction; nothing where it is empty."""
    if not value.strip():
        return ""
    attributes = (f' class="{css}"' if css else "") + (f' lang="{shown(lang)}"' if lang else "")
    return f'<{tag} dir="auto"{attributes}>{shown(value)}</{tag}>'


def _head(scope: Scope, own: bool, today: date | None) -> str:
    kicker = " · ".join(shown(t) for t in (scope.domain, scope.medium, language_name(scope.language)) if t)
    return (
        f'<header class="pap-head"><p class="pap-small" dir="auto">{kicker}</p>'
        f"{text(scope.title, 'h1')}{text(_sentence(scope.gist), css='pap-gist')}"
        f'<div class="pap-standing">{badge(scope.status)}<p class="pap-small">{shown(standing(scope, own))}</p></div>'
        f'<p class="pap-small">Version {shown(scope.version)} · {_due(scope, today)}</p></header>'
    )


def badge(status: Status) -> str:
    return f'<span class="pap-badge{" dashed" if status is Status.DRAFT else ""}">{STATUS[status]}</span>'


def _due(scope: Scope, today: date | None) -> str:
    if scope.review_by is None:
        return "no date of review"
    if overdue(scope, today):
        return f'<span class="pap-overdue">review overdue since {day(scope.review_by)}</span>'
    return f"review due by {day(scope.review_by)}"


def _sentence(value: str) -> str:
    return value if not value or value.endswith((".", "!", "?", "。", "…")) else value + "."


def _section(heading: str, note: str, body: str) -> str:
    note = f'<p class="pap-small">{note}</p>' if note and body else ""
    body = body or '<p class="pap-none">Nothing yet.</p>'
    return f'<section class="pap-section"><h2>{heading}</h2>{note}{body}</section>'


def _list(items: Iterable[str], css: str = "pap-items") -> str:
    """`role` gives back the list that some screen readers drop together with its bullets."""
    lines = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul role="list" class="{css}">{lines}</ul>' if lines else ""


def _ladder(scope: Scope, titles: Mapping[str, str]) -> str:
    steps = [titles.get(step, step) for step in scope.broader]
    if not steps:
        return ""
    here = ' aria-current="true"'
    lines = "".join(
        f'<li style="--step: {min(n, 8)}"{here if n == len(steps) else ""}><span dir="auto">{shown(step)}</span></li>'
        for n, step in enumerate([*steps, scope.title])
    )
    note = '<p class="pap-small">From wide to narrow. This card speaks for the last step only.</p>'
    body = f'{note}<ol role="list" class="pap-ladder">{lines}</ol>'
    return f'<section class="pap-section"><h2>Where it stands</h2>{body}</section>'


def _facts(*pairs: tuple[str, str], main: str = "") -> str:
    """Name and text pairs; those without text are left out. `main` is the name of the one that matters most."""
    lines = "".join(
        f"<dt>{name}</dt>{text(value, 'dd', 'pap-main' if name == main else '')}"
        for name, value in pairs
        if value.strip()
    )
    return f'<dl class="pap-facts">{lines}</dl>' if lines else ""


def _role(role: Role) -> str:
    return text(role.role, css="pap-act") + _facts(("Stands toward", role.stands_toward), ("At stake", role.stakes))


def _cue(cue: Cue, number: int) -> str:
    facts = _facts(
        ("Said or done", cue.surface),
        ("May mean here", cue.subtext),
        ("Reads otherwise when", cue.flips_when),
        main="May mean here",
    )
    source = f" · Source: {shown(cue.source)}" if cue.source else ""
    foot = f"Confidence: {CONFIDENCE[cue.confidence]}{source}"
    name = f'<h3 class="pap-label">{number} · {shown(cue_name(cue.id))}</h3>'
    return f'{name}{_phrases(cue)}{facts}<p class="pap-small pap-foot" dir="auto">{foot}</p>'


def _phrases(cue: Cue) -> str:
    tongues = []
    for tag, phrases in cue.phrases.items():
        said = " ".join(f'<q lang="{shown(tag)}" dir="auto">{shown(phrase)}</q>' for phrase in phrases)
        tongues.append(f"<dt>{shown(language_name(tag))}</dt><dd>{said}</dd>")
    return f'<dl class="pap-facts pap-phrases">{"".join(tongues)}</dl>' if tongues else ""


def _pair(pair: WinkTwitch) -> str:
    readings = "".join(
        f'<div><span class="pap-label">{name}</span>{text(reading)}</div>'
        for name, reading in (("It may be this", pair.reading_a), ("or this", pair.reading_b))
    )
    decides = _facts(("What decides", pair.deciding_context))
    return f'{text(pair.act, css="pap-act")}<div class="pap-pair">{readings}</div>{decides}'


def _dispute(dispute: Contested) -> str:
    sides = _facts(("Who says so", dispute.who_says), ("Who disputes it", dispute.who_disputes))
    return text(dispute.claim, css="pap-act") + sides


def _limits(scope: Scope) -> str:
    columns = "".join(
        f'<div><h3 class="pap-label">{name}</h3>{_list((text(line, "span") for line in lines), "pap-plain")}</div>'
        for name, lines in (
            ("It stops applying in", scope.limits.stops_applying),
            ("It is not for", scope.limits.not_for),
        )
        if lines
    )
    return _section("Where it ends", "", f'<div class="pap-two">{columns}</div>' if columns else "")


_INSIDE = {True: "written from inside", False: "written from outside", None: "not known whether from inside"}


def _source(source: Source) -> str:
    year = f"{source.year} · " if source.year else ""
    note = f'<p class="pap-small">{source.type.value} · {year}{_INSIDE[source.insider_authored]}</p>'
    return text(source.cite) + note


def _people(scope: Scope) -> str:
    authors = (
        text(author.name, css="pap-act")
        + _facts(("Where they stand", author.positionality), ("Relation", author.relation))
        for author in scope.authors
    )
    reviewers = (
        f"{text(person.name, css='pap-act')}{_facts(('Reviewer', person.relation), ('Signed', day(person.date)))}"
        for person in scope.reviewers
    )
    return _section("Who wrote it, and from where", "", _list([*authors, *reviewers]))


def _permission(scope: Scope) -> str:
    return f"{text(scope.permissions)}<p>{VOICE[scope.voice]}</p>"


def _change(change) -> str:
    return f'<p class="pap-small">Version {shown(change.version)} · {day(change.date)}</p>{text(change.note)}'
