"""Examples: links lead to sources that are there, and nothing is invented."""

import random
import re

import pytest

from anchoring.models.decoding import split_thought
from anchoring.prompting import Framing, Reasoning, find_cues
from tests.training.drawn import (
    SOURCES,
    STARTERS,
    by_role,
    called,
    callings,
    of_scopes,
    role,
    sources,
    training_examples,
)
from training.corpus import composed, message
from training.corpus.examples import FRAMED, MAX_CUES, draw_example
from training.corpus.grammar import slots_of, stands_in
from training.corpus.message import Held, write
from training.corpus.people import echoed
from training.corpus.source import COMMON_SLOTS
from training.corpus.typing import _guarded
from training.evaluation.bank import templates
from training.evaluation.masking import every_value, marks_of, masked_variants, masker
from training.evaluation.recogniser import recogniser


def test_the_details_of_every_starter_stand_in_its_words():
    for source in sources():
        assert len(source.starters) == len(source.scope.starters)
        for starter, details in zip(source.scope.starters, source.starters, strict=True):
            assert details
            assert set(details) <= COMMON_SLOTS | set(source.slots)
            assert all(value in starter.prompt for value in details.values()), starter.prompt


def test_a_starter_is_answered_by_its_cues():
    seen = [e for e in training_examples() if e.prompt.words in STARTERS and e.prompt.framing == "card"]
    assert seen
    for example in seen:
        found = {cue.cue for cue in example.prompt.cues}
        assert {s.cue for s in example.answer if s.role == "signal"} == found


def test_each_cue_comes_with_and_without_every_other():
    for source in SOURCES.values():
        rng = random.Random(7)
        sets = [{s.cue for s in draw_example(source, rng, Framing.NONE).shown} for _ in range(400)]
        share = sum(len(s) for s in sets) / len(sets) / len(source.cues)
        for cue in source.cues:
            assert 0.5 * share < sum(cue in s for s in sets) / len(sets) < 2 * share


def test_a_shown_cue_lies_where_it_says():
    for example in of_scopes():
        for shown in example.shown:
            assert 0 <= shown.start < shown.end <= len(example.prompt.words)
            assert (
                example.prompt.words[shown.start : shown.end].strip() == example.prompt.words[shown.start : shown.end]
            )


def test_links_lead_to_sources_that_are_there_and_cover_the_wording():
    for example in of_scopes():
        there = {s.id: s for s in example.prompt.sources}
        for shown in example.shown:
            links = example.links(shown.cue)
            assert links <= set(there)
            wording = example.prompt.words[shown.start : shown.end]
            linked = "".join(s.text for s in example.prompt.messages[-1].segments if s.id in links)
            assert wording in linked
            if example.prompt.framing == Framing.CARD and any(c.cue == shown.cue for c in example.prompt.cues):
                assert f"framing:cue:{shown.cue}" in links
        assert not example.links("no such cue")


def test_a_framed_answer_takes_up_every_cue_and_no_other_and_a_thin_one_none():
    for example in of_scopes():
        taken = {s.cue for s in example.answer if s.cue}
        framed = example.prompt.framing in FRAMED
        assert taken == ({s.cue for s in example.shown} if framed else set())


def test_answers_name_no_detail_that_the_words_lack():
    """What an answer may name is in `slots`: each of them stands in the words, and no template names another."""
    for example in of_scopes():
        slots, words = dict(example.slots), example.prompt.words
        assert all(stands_in(value, words) for slot, value in slots.items() if slot != "name"), words
        known, hide = recogniser(example.prompt.scope), masker({name: (value,) for name, value in example.slots})
        for said in (*example.answer, *example.thought):
            match = known.match(hide(said.text.removeprefix("- ")))
            if said.role != "quote" and match.like > 0.99:
                assert set(marks_of(match.entry.text)) <= set(slots), said.text


def test_an_opening_takes_up_details_wherever_there_are_some():
    with_some = [e for e in of_scopes() if e.slots and e.answer[0].role == "opening"]
    taken = [any(stands_in(value, e.answer[0].text) for _, value in e.slots) for e in with_some]
    assert len(taken) > 500
    assert sum(taken) > 0.9 * len(taken)


def test_no_answer_says_a_sentence_twice():
    for example in training_examples():
        said = [s.text for s in (*example.thought, *example.answer)]
        assert len(set(said)) == len(said)


def test_what_an_answer_calls_somebody_stands_in_the_words():
    seen = 0
    for example in of_scopes():
        name, words = dict(example.slots).get("name"), example.prompt.words.casefold()
        if name and by_role(example):
            seen += 1
            assert any(way in words for way in callings(name)), (name, words)
        elif name:
            assert name.casefold() in words
    assert seen > 200


def test_many_people_are_called_as_no_list_does():
    roles = [e for e in of_scopes() if by_role(e)]
    listed = {echoed(p) for source in SOURCES.values() for p in source.lists["people"]}
    unlisted = sum(dict(e.slots)["name"] not in listed for e in roles)
    assert 0.6 < unlisted / len(roles) < 0.9


def test_people_come_by_name_by_what_they_are_and_not_at_all():
    calls = [("name" in dict(e.slots), by_role(e)) for e in of_scopes()]
    for kind, least in (((True, False), 0.35), ((True, True), 0.15), ((False, False), 0.1)):
        assert sum(c == kind for c in calls) > least * len(calls), kind


def test_a_person_without_a_name_is_never_put_where_only_a_name_reads_well():
    for example in of_scopes():
        if by_role(example):
            name = re.escape(dict(example.slots)["name"])
            answer = " ".join(s.text for s in example.answer)  # a thought quotes the user's own words
            assert not re.search(rf"[“\"][^”\"]*\b{name}[,.]?[”\"]|Dear {name}", answer), answer


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_list_can_be_said_without_any_detail(source):
    """So that no message forces an answer to invent a person, a thing, a day or an amount."""
    by_list: dict[tuple, list[set[str]]] = {}
    for entry in templates(source):
        by_list.setdefault((entry.role, entry.cue, entry.reading), []).append(slots_of(entry.text))
    for key, needs in by_list.items():
        assert sum(not slots for slots in needs) >= 2, key


def test_the_target_splits_into_thought_and_answer():
    kinds = set()
    for example in training_examples():
        thought, answer = split_thought(example.target)
        kinds.add((example.prompt.reasoning, thought is not None))
        assert example.target[slice(*answer)] == " ".join(s.text for s in example.answer)
        said = example.target[slice(*thought)] if thought else ""
        assert said == "\n".join(s.text for s in example.thought)
    assert kinds == {(Reasoning.OFF, False), (Reasoning.FREE, True), (Reasoning.GROUNDED, True)}


def test_outside_the_scopes_and_in_small_talk_no_cue_is_found():
    others = [e for e in training_examples() if role(e) & {"refusal", "small_talk"}]
    assert 80 < len(others) < 300
    assert not any(e.slots or e.shown for e in others)
    assert all("{" not in e.target for e in others)


def test_the_same_seed_draws_the_same_example():
    source = next(iter(SOURCES.values()))
    one, same = (draw_example(source, random.Random(4), Framing.CARD) for _ in range(2))
    assert one == same
    assert one != draw_example(source, random.Random(5), Framing.CARD)


def test_clean_leaves_the_words_as_written(monkeypatch):
    monkeypatch.setattr(composed, "SHARE", 0)
    source = next(iter(SOURCES.values()))
    rng = random.Random(0)
    for _ in range(20):
        example = draw_example(source, rng, Framing.NONE, clean=True)
        own = {slot: (value, *every_value(source).get(slot, ())) for slot, value in example.slots}
        hide = masker(every_value(source) | own | called(example))
        written = {hide(v) for texts in source.cues.values() for w in texts.wordings for v in masked_variants(w)}
        written |= {hide(v) for p in source.pairs for r in p.readings for w in r.wordings for v in masked_variants(w)}
        for shown in example.shown:
            text = hide(example.prompt.words[shown.start : shown.end]).rstrip(".")
            assert text in {w.rstrip(".") for w in written}


def test_a_guarded_word_is_known_with_its_ending():
    assert _guarded("Ito's,", {"Ito"})
    assert not _guarded("Item", {"Ito"})


def test_the_card_finds_only_phrases_of_cues_that_are_shown():
    """Otherwise the card would name a cue that the answer passes over."""
    wrong = []
    for example in of_scopes():
        found = {c.cue for c in find_cues(example.prompt.words, SOURCES[example.prompt.scope].scope)}
        if found - {s.cue for s in example.shown}:
            wrong.append(example.prompt.words)
    assert len(wrong) <= 0.01 * len(of_scopes()), wrong[:3]


def test_thinned_cues_lose_words_and_sides_of_pairs_no_more_than_usual(monkeypatch):
    monkeypatch.setattr(message, "MIXED", 0.0)
    source = SOURCES["linux-kernel-review"]
    pair = source.pairs[0]
    texts = {pair.cue: source.cues[pair.cue].wordings, f"{pair.cue}/a": pair.a.wordings}
    counts = {name: {False: 0, True: 0} for name in texts}
    for seed in range(1000):
        for thinned in (False, True):
            shown = write(source, random.Random(seed), texts, Held(), thinned=thinned)
            for part in shown.shown:
                counts[part.cue][thinned] += len(shown.words[part.start : part.end].split())
    assert counts[pair.cue][True] < 0.92 * counts[pair.cue][False]
    assert abs(counts[f"{pair.cue}/a"][True] / counts[f"{pair.cue}/a"][False] - 1) < 0.04


def test_to_be_recognised_alone_a_cue_may_be_shown_by_the_words_of_two_wordings_mixed():
    source = SOURCES["linux-kernel-review"]
    wordings = ("alpha bravo charlie delta", "echo foxtrot golf hotel india juliet")
    whole, mixed = set(wordings), 0
    for seed in range(200):
        shown = write(
            source, random.Random(seed), {"nit": wordings, "nit/a": wordings}, Held(), clean=True, thinned=True
        )
        texts = {part.cue: shown.words[part.start : part.end].replace(".", "").casefold() for part in shown.shown}
        assert texts["nit/a"] in whole  # a side of a pair stays as it is
        if texts["nit"] not in whole:
            assert set(texts["nit"].split()) <= set(" ".join(wordings).split())
            assert len(texts["nit"].split()) == 6
            mixed += 1
    assert 50 < mixed < 110


def _signals(example) -> list[str]:
    return [s.cue for s in example.answer if s.role == "signal"]


def test_an_answer_takes_up_every_cue_once_and_in_the_messages_order():
    several = [e for e in of_scopes() if e.prompt.framing in FRAMED and len(e.shown) > 1]
    assert len(several) > 100
    assert all(_signals(e) == [s.cue for s in e.shown] for e in several)


def test_a_second_sentence_on_a_cue_follows_its_signal_where_there_is_room():
    seen = set()
    for example in of_scopes():
        if example.prompt.framing != "card" or example.pair or not example.shown:
            continue
        few = len(example.shown) < MAX_CUES
        wanted = [(role, s.cue) for s in example.shown for role in (("signal", "move") if few else ("signal",))]
        assert [(s.role, s.cue) for s in example.answer if s.cue] == wanted
        seen.add(few)
    assert seen == {True, False}


def test_a_person_typed_without_the_apostrophe_is_answered_so():
    owners = "friend|wife|boss|cousin|brother|sister|partner|neighbour|flatmate|roommate|colleague|teacher"
    called = [(e, dict(e.slots)["name"]) for e in of_scopes() if by_role(e)]
    bared = [(e, name) for e, name in called if re.match(f"your ({owners})s [a-z]+$", name)]
    assert len(bared) > 3
    for example, name in bared:
        words = example.prompt.words.lower()
        assert name.removeprefix("your ") in words
        for _, value in example.slots:  # a detail with an 's of the sentence after it stays as it is
            words = words.replace(f"{value.removeprefix('your ').lower()}'s", "")
        assert not re.search(r"\w'\w", words), words
