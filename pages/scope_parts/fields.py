"""What the form asks for, section by section; data only, drawn by form.py."""

from dataclasses import dataclass

from pages.scope_parts.words import CONFIDENCE, SOURCE_TYPE, STATUS, VOICE

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Field:
    """`kind`: line, area, lines (one text a line), phrases (`[en] text` a line), date, year, inside or a choice."""

    name: str
    label: str
    kind: str = "line"
    help: str = ""
    choices: dict | None = None
    example: str = ""
    half: bool = False


@dataclass(frozen=True)
class Rows:
    """A list of the card: `noun` names one of it, `head` is the field that tells one from another."""

    name: str
    noun: str
    head: str
    fields: tuple[Field, ...]
    note: str = ""


_BASICS = (
    Field("title", "Title", example="Relatives writing in an extended-family chat group"),
    Field("community", "Community: who takes part", example="people who share a practice; never a nation"),
    Field("practice", "Practice: what they do together", example="keeping in touch, praising and disagreeing"),
    Field("setting", "Setting: where, and among whom", example="a private group of thirty or so relatives"),
    Field("domain", "Domain", example="family communication", half=True),
    Field("medium", "Medium", example="mobile messages", half=True),
    Field("broader", "Steps from wide to narrow, one a line", "lines", "The last is one step wider than this card."),
    Field("language", "Language, by its short code", example="en, pt-BR, ja", half=True),
    Field("id", "Id: names the file and stands in links", example="family-chat", half=True),
    Field("version", "Version", half=True),
    Field("status", "Status", "choice", "A reviewed card has nothing to mend and names a reviewer.", STATUS, half=True),
    Field("review_by", "Review due by", "date", half=True),
)
_PHRASES = "we will consider it\n[ja] 検討します"
_TONGUES = (
    "A line is in the language of the card, unless it begins with the short code of another in square brackets: "
    "[ja] 検討します. A colon changes nothing, so “re: your mail” stays as it is."
)
_CUES = Rows(
    "cues",
    "cue",
    "id",
    (
        Field("phrases", "Phrases, one a line, each with its language", "phrases", _TONGUES, example=_PHRASES),
        Field("surface", "What is said or done", "area"),
        Field("subtext", "What it may mean here", "area"),
        Field("flips_when", "Reads otherwise when", "area"),
        Field("id", "Short name", help="Small letters, digits and hyphens.", example="soft-no", half=True),
        Field("confidence", "Confidence", "choice", "", CONFIDENCE, half=True),
        Field("source", "Source"),
    ),
    "At least three. What it means must say more than what is done.",
)
_READINGS = Rows(
    "wink_twitch",
    "paired reading",
    "act",
    (
        Field("act", "The act"),
        Field("reading_a", "One reading", "area"),
        Field("reading_b", "Another reading", "area"),
        Field("deciding_context", "What decides between them", "area"),
    ),
)
_DISPUTES = Rows(
    "contested",
    "disagreement",
    "claim",
    (
        Field("claim", "The claim"),
        Field("who_says", "Who says so", "area"),
        Field("who_disputes", "Who disputes it", "area"),
    ),
    "At least one: a card that nobody could disagree with says too little.",
)
_ROLES = Rows(
    "roles",
    "role",
    "role",
    (Field("role", "Role"), Field("stands_toward", "Stands toward"), Field("stakes", "What is at stake", "area")),
)
_INSIDE = {None: "Not known", True: "Yes", False: "No"}
_SOURCES = Rows(
    "sources",
    "source",
    "cite",
    (
        Field("cite", "Reference", "area"),
        Field("type", "Kind", "choice", "", SOURCE_TYPE, half=True),
        Field("year", "Year", "year", half=True),
        Field("insider_authored", "Written from inside the community?", "choice", "", _INSIDE),
    ),
)
_AUTHORS = Rows(
    "authors",
    "author",
    "name",
    (
        Field("name", "Name (or a pen name)"),
        Field("positionality", "Where you stand", "area", "In the practice, near it or outside, and on what grounds."),
        Field("relation", "Relation to the community"),
    ),
)
_REVIEWERS = Rows(
    "reviewers",
    "reviewer",
    "name",
    (Field("name", "Name"), Field("relation", "Relation to the community"), Field("date", "Signed on", "date")),
    "People from the community who have read the card and agreed to be named.",
)
_STARTERS = Rows(
    "starters", "starter", "prompt", (Field("prompt", "Prompt", "area"), Field("note", "Note")), "Situations to try."
)
_CHANGES = Rows(
    "changelog",
    "change",
    "note",
    (Field("version", "Version"), Field("date", "Date", "date"), Field("note", "What changed", "area")),
)
_LIMITS = (
    Field("stops_applying", "Where it stops applying, one a line", "lines"),
    Field("not_for", "What it is not for, one a line", "lines"),
)
_VOICE = (
    Field("permissions", "Who may do what with this card", "area"),
    Field("voice", "What a model may do with it", "choice", "", VOICE),
)
SECTIONS: dict[str, tuple[tuple[Path, tuple[Field, ...]] | Rows, ...]] = {
    "Basics": (((), _BASICS),),
    "People": (_ROLES,),
    "Cues": (_CUES,),
    "Readings": (_READINGS, _DISPUTES),
    "Limits": ((("limits",), _LIMITS),),
    "Starters": (_STARTERS,),
    "Sources": (_SOURCES, _AUTHORS, _REVIEWERS, ((), _VOICE), _CHANGES),
}
