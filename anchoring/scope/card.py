"""The scope card: one narrow context (community, practice, setting), with its dissent, its limits and an expiry date.

Next of kin are Datasheets (Gebru et al. 2018), Model Cards (Mitchell et al. 2019) and Data Cards (Pushkarna et al.
2022). A card adds what they lack: paired readings of one act, dissent, expiry and permission to speak.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

OWN_CUE = "own"  # the id of the user's own marks, which no card's cue may take
BCP47 = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_NUMBER = re.compile(r"[-+]?\d+\.?\d*")
Phrase = Annotated[str, StringConstraints(min_length=1)]
Language = Annotated[str, StringConstraints(pattern=BCP47)]


def _no_number(value: object) -> object:
    """Pydantic takes a bare number for seconds since 1970, which nobody means who writes one into a card."""
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        raise ValueError("a date such as 2027-05-31, not a bare number")
    return value


Day = Annotated[date, BeforeValidator(_no_number)]


class Status(StrEnum):
    DRAFT = "draft"
    REVIEWED = "reviewed"
    RETIRED = "retired"


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Voice(StrEnum):
    """What a model may do with the card: explain the practice, or also draft words to be used in it."""

    EXPLAIN_ONLY = "explain_only"
    MAY_DRAFT = "may_draft"


class SourceType(StrEnum):
    BOOK = "book"
    CHAPTER = "chapter"
    ARTICLE = "article"
    THESIS = "thesis"
    WEB = "web"
    LAW = "law"
    DATASET = "dataset"
    DOCUMENT = "document"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Role(_Part):
    role: str = Field(min_length=1)
    stands_toward: str = ""
    stakes: str = ""


class Cue(_Part):
    """A sign that people in the setting read: `surface` is what is said or done, `subtext` what it means here."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")
    phrases: dict[Language, tuple[Phrase, ...]] = Field(description="BCP 47 language → wordings that show the cue")
    surface: str = Field(min_length=1)
    subtext: str = Field(min_length=1)
    flips_when: str = ""
    confidence: Confidence = Confidence.LOW
    source: str = ""


class WinkTwitch(_Part):
    """One act, two readings, and the context that decides between them (Geertz 1973, after Ryle)."""

    act: str = Field(min_length=1)
    reading_a: str = Field(min_length=1)
    reading_b: str = Field(min_length=1)
    deciding_context: str = Field(min_length=1)


class Contested(_Part):
    claim: str = Field(min_length=1)
    who_says: str = Field(min_length=1)
    who_disputes: str = Field(min_length=1)


class Limits(_Part):
    stops_applying: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()


class Source(_Part):
    cite: str = Field(min_length=1)
    type: SourceType
    year: int | None = Field(default=None, ge=1500, le=2100)
    insider_authored: bool | None = Field(default=None, description="None: not known")


class Author(_Part):
    name: str = ""
    positionality: str = ""
    relation: str = ""


class Reviewer(_Part):
    name: str = Field(min_length=1)
    relation: str = Field(min_length=1)
    date: Day


class Starter(_Part):
    prompt: str = Field(min_length=1)
    note: str = ""


class Change(_Part):
    version: str
    date: Day
    note: str


class Scope(_Part):
    """A whole card. Lists are tuples, so that a card can be shared between sessions and never altered."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")
    title: str = Field(min_length=1, max_length=120)
    version: str = Field(default="0.1", pattern=r"^\d+(\.\d+){0,2}$")
    status: Status = Status.DRAFT
    domain: str = ""
    community: str = ""
    practice: str = ""
    setting: str = ""
    medium: str = ""
    language: str = Field(default="en", pattern=BCP47, description="BCP 47")
    roles: tuple[Role, ...] = ()
    cues: tuple[Cue, ...] = ()
    wink_twitch: tuple[WinkTwitch, ...] = ()
    contested: tuple[Contested, ...] = ()
    limits: Limits = Limits()
    broader: tuple[str, ...] = Field(default=(), description="ids or texts, from wide to narrow")
    sources: tuple[Source, ...] = ()
    authors: tuple[Author, ...] = ()
    reviewers: tuple[Reviewer, ...] = ()
    permissions: str = ""
    voice: Voice = Voice.EXPLAIN_ONLY
    review_by: Day | None = None
    starters: tuple[Starter, ...] = ()
    changelog: tuple[Change, ...] = ()

    @field_validator("cues")
    @classmethod
    def _cue_ids_differ(cls, cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
        """A found cue is traced by its id, so two of one id, or one that is the users', could not be told apart."""
        ids = [cue.id for cue in cues]
        twice = sorted({cue_id for cue_id in ids if ids.count(cue_id) > 1})
        if twice:
            raise ValueError(f"an id of its own for each cue; used twice: {', '.join(twice)}")
        if OWN_CUE in ids:
            raise ValueError(f"another id than {OWN_CUE}, which stands for what a user marks")
        return cues

    @property
    def gist(self) -> str:
        """One line: who does what, where."""
        return ", ".join(part for part in (self.community, self.practice, self.setting) if part)

    def cue(self, cue_id: str) -> Cue:
        """The cue of that id; KeyError where the card has none."""
        for cue in self.cues:
            if cue.id == cue_id:
                return cue
        raise KeyError(cue_id)
