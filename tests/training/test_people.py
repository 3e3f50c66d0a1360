"""People without a name, and where a sentence has room for one."""

import random

import pytest

from tests.training.drawn import sources
from training.corpus.people import anybody, as_told, by_role, echoed, fits, in_words, spoken_of


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("my boss", "your boss"),
        ("our team lead", "your team lead"),
        ("a coworker", "the coworker"),
        ("an old friend of mine", "your old friend"),
        ("my friend's aunt", "your friend's aunt"),
        ("someone", "that person"),
        ("somebody from my office", "that person"),
        ("the colleague who drove us", "the colleague who drove you"),
        ("the man i met through my aunt", "the man you met through your aunt"),
    ],
)
def test_an_answer_calls_people_from_its_own_side(said, answered):
    assert echoed(said) == answered


def test_everybody_in_the_sources_can_be_called_back():
    for source in sources():
        for person in source.lists["people"]:
            words = echoed(person).lower().split()
            assert words[0] in ("your", "the", "that"), person
            assert by_role(echoed(person))
            assert not {"my", "our", "me", "us", "i", "we"} & set(words), person


def test_anybody_is_one_of_very_many_and_can_be_called_back():
    people = {anybody(random.Random(seed)) for seed in range(2000)}
    assert len(people) > 1200
    assert {p.split()[0] for p in people} == {"my", "our", "the", "a", "an"}
    for person in people:
        assert (person.split()[0] == "an") == (person[:2] in ("a ", "an") and person.split()[1][0] in "aeiou"), person
        assert by_role(echoed(person))
        assert not {"my", "our", "me", "us", "i", "we"} & set(echoed(person).split()), person


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("My husband brought nsawa, as a teammate", ["your husband"]),
        ("our contact at the supplier wrote to an older colleague", ["your contact", "the older colleague"]),
        ("the office manager told my friend's aunt", ["the office manager", "your friend's aunt"]),
        ("a boss of mine", ["your boss"]),
        ("then my friend’s mum and my friends dad", ["your friend’s mum", "your friends dad"]),
        ("Somebody waved", ["that person"]),
        ("I dropped my food and the cricket team saw the splash", []),
    ],
)
def test_people_are_found_in_the_words_by_what_they_are_and_things_are_not(words, people):
    assert spoken_of(words) == tuple(people)


def test_everybody_in_the_sources_is_found_in_words_that_call_them():
    for source in sources():
        people = source.lists["people"]
        for person in people:
            assert echoed(person).lower() in spoken_of(f"Then {person} wrote to me.", people), person


@pytest.mark.parametrize(
    ("person", "ways"),
    [
        ("my boss", {"my boss", "a boss of mine"}),
        ("my aunt", {"my aunt", "an aunt of mine"}),
        ("my friend's dad", {"my friend's dad"}),
        ("the driver", {"the driver"}),
        ("someone", {"someone"}),
    ],
)
def test_whose_somebody_is_can_be_said_in_two_ways_and_is_answered_the_same(person, ways):
    rng = random.Random(3)
    assert {as_told(person, rng) for _ in range(60)} == ways
    assert {echoed(way) for way in ways} == {echoed(person)}


@pytest.mark.parametrize("name", ["Ida", "Mr. Thea", "Youri", "Theo", "", "Agha Dariush"])
def test_a_name_is_no_role(name):
    assert not by_role(name)


@pytest.mark.parametrize(
    "template",
    [
        '"Thank you, {name}, that is kind," is enough.',
        "Write “Dear {name}” first.",
        "Ask for {name}-san at the desk.",
        "{name}, the driver, said so.",
        "my friend {name} said so.",
        "A friend, {name}, was there.",
        "{name} from my office came along.",
    ],
)
def test_only_a_name_fits_as_an_address_a_title_or_what_is_explained(template):
    assert not fits(template)


@pytest.mark.parametrize(
    "template",
    [
        '{name} said "see you".',
        "I don't know what {name} wants",
        "It's late, and {name} waits.",
        "{name}'s reply is short.",
    ],
)
def test_whoever_it_is_fits_elsewhere(template):
    assert fits(template)


@pytest.mark.parametrize(
    ("value", "words", "tail", "stands"),
    [
        ("your boss", "I told my boss, and my boss left", "boss", [(10, 14), (23, 27)]),
        ("Ida", "Ida came on Friday", "Ida", [(0, 3)]),
        ("the guide who drove you", "a guide who drove us, would you", "", []),
        ("your aunt", "nobody was there", "", []),
    ],
)
def test_the_longest_end_that_the_user_said_is_found_wherever_it_stands(value, words, tail, stands):
    assert in_words(value, words) == (tail, stands)
