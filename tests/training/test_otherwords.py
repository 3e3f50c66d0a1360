"""Other words: a sentence about a cue says the same in other words, and nothing of it is lost or held out."""

import random
import re

import pytest

from tests.training.drawn import SOURCES
from training.corpus import message, otherwords
from training.corpus.grammar import slots_of
from training.corpus.message import TRAINING, Held, write
from training.corpus.otherwords import anywhere, other_words, with_other_words
from training.corpus.source import is_held_out, side, written_scopes

TRAINED = {
    s: [
        *(t for cue in source.cues.values() for t in side(cue.wordings, False)),
        *(t for p in source.pairs for r in p.readings for t in (*side(r.wordings, False), *r.acts, *r.details)),
    ]
    for s, source in SOURCES.items()
}


@pytest.fixture
def listed(monkeypatch):
    """A list of one's own for the first scope: `listed({...})`, every word of it exchanged in every sentence."""

    def put(words: dict[str, tuple[str, ...]]) -> str:
        otherwords.anywhere.cache_clear()
        monkeypatch.setattr(otherwords, "other_words", lambda scope_id: words)
        monkeypatch.setattr(otherwords, "SHARE", 1.0)
        monkeypatch.setattr(otherwords, "EACH", 1.1)
        monkeypatch.setattr(otherwords, "is_held_out", lambda text, share: False)
        return written_scopes()[0]

    yield put
    otherwords.anywhere.cache_clear()


@pytest.mark.parametrize(
    ("words", "text", "wanted"),
    [
        ({"read out": ("announced",)}, "They read out my name.", "They announced my name."),
        ({"read": ("saw",), "read out": ("announced",)}, "Read out at noon", "Announced at noon"),
        ({"note": ("word",)}, "A notebook, a note-pad and a note.", "A notebook, a note-pad and a word."),
        ({"note": ("word",)}, 'She typed "a note" in a note', 'She typed "a note" in a word'),
        ({"note": ("word",)}, "'one note' it's in a note", "'one note' it's in a word"),
        ({"item": ("thing",)}, "The {item}, an item", "The {item}, an item"),
        ({"quick": ("fast", "instant")}, "a quick reply", "a fast reply"),
        ({"line": ("a single line", "hour", "entry", "word")}, "an [line|note]", "an [hour|note]"),
        ({"honour": ("privilege",)}, "an honour", "an honour"),
        ({"crying": ("weeping",)}, "[A cousin|crying|] was crying", "[A cousin|weeping|] was weeping"),
        (
            {"i was told": ("they told me",)},
            "I was told to sit, as I was told.",
            "They told me to sit, as they told me.",
        ),
        ({"i was told": ("i heard",)}, "So I was told. I was told.", "So I heard. I heard."),
        ({"mail": ("letter",)}, "My Mail came. Mail came.", "My Mail came. Letter came."),
    ],
)
def test_words_are_exchanged_where_they_stand_as_words(listed, words, text, wanted):
    drawn = {with_other_words(listed(words), text, random.Random(seed)) for seed in range(12)}
    assert drawn in ({wanted}, {wanted, wanted.replace("hour", "entry")})


@pytest.mark.parametrize("scope_id", written_scopes())
def test_every_entry_is_found_in_a_sentence_of_training_and_can_be_put_in_its_place(scope_id):
    found = {match.group().lower() for text in TRAINED[scope_id] for match in anywhere(scope_id).finditer(text)}
    assert len(other_words(scope_id)) > 200
    for key, others in other_words(scope_id).items():
        assert key == key.lower().strip()
        assert key in found
        assert len({key, *others}) == 1 + len(others), key
        assert all(o and o == o.strip() and not set(o) & set('[]{}|;:"') for o in others), key


@pytest.mark.parametrize("scope_id", written_scopes())
def test_a_sentence_keeps_its_slots_choices_and_quotations_and_never_becomes_one_held_out(scope_id):
    rng, changed = random.Random(7), 0
    for text in TRAINED[scope_id]:
        made = with_other_words(scope_id, text, rng)
        changed += made != text
        assert slots_of(made) == slots_of(text)
        assert re.findall(r"[\[\]|]", made) == re.findall(r"[\[\]|]", text)
        assert re.findall(r'"[^"]*"', made) == re.findall(r'"[^"]*"', text)
        assert made == text or not is_held_out(made, 4)
    assert 0.1 < changed / len(TRAINED[scope_id]) < otherwords.SHARE


def test_only_training_is_in_other_words(monkeypatch):
    monkeypatch.setattr(message, "with_other_words", lambda scope_id, text, rng: "987654")
    source = next(iter(SOURCES.values()))
    cue, text = next(iter(source.cues.items()))
    for held in (TRAINING, Held(slots=True), Held(combinations=True), Held(wordings=True)):
        words = write(source, random.Random(1), {cue: text.wordings}, held).words  # typing changes no number
        assert ("987654" in words) is (held == TRAINING)
