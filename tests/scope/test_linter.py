"""Each rule: a card that breaks it and no other, and the nearest card that passes."""

from datetime import date

import pytest

from anchoring.scope import Scope, lint
from tests.scope.cards import GOOD, TODAY, card, with_cue


def rules(scope: Scope) -> list[int]:
    return [finding.rule for finding in lint(scope, TODAY)]


def places(scope: Scope) -> list[str]:
    return [finding.place for finding in lint(scope, TODAY)]


def test_the_good_card_has_no_findings() -> None:
    assert lint(card(), TODAY) == []


@pytest.mark.parametrize(
    ("rule", "community"),
    [
        (1, "Japanese culture"),
        (1, "Ghanaian funerals"),
        (1, "The Ｊａｐａｎｅｓｅ"),
        (1, "people in the U.S."),
        (1, "Côte d’Ivoire"),
        (1, "日本文化"),
        (2, "Western people"),
        (2, "ASIANS"),
        (2, "South-East Asian families"),
        (3, "Muslims"),
        (3, "Hindu weddings"),
        (4, "Millennials"),
        (4, "Gen Z"),
        (5, "Black people"),
        (5, "women"),
        (5, "speakers of Arabic"),
        (5, "Japanese speakers"),
        (5, "Māori culture"),
    ],
)
def test_a_label_alone_is_no_community(rule: int, community: str) -> None:
    found = lint(card(community=community), TODAY)
    assert [(f.rule, f.severity, f.place) for f in found] == [(rule, "error", "community")]
    assert found[0].instead
    assert places(card(title=community)) == ["title"]


@pytest.mark.parametrize(
    "community",
    [
        "Japanese-language B2B account staff declining a request by e-mail",
        "Deaf-led social",
        "Multiracial Singapore start-up",
        "Asante families giving nsawa at a funeral around Kumasi",
        "Catholic parish choir",
        "Women's rugby team",
        "Western Sydney night nurses",
        "Gen Z interns on one trading desk",
        "Turkey farmers",
    ],
)
def test_a_label_joined_to_something_narrower_passes(community: str) -> None:
    assert lint(card(community=community), TODAY) == []


@pytest.mark.parametrize("field", ["practice", "setting"])
@pytest.mark.parametrize("text", ["", "  ", "culture", "Japan"])
def test_a_practice_and_a_setting_are_needed(field: str, text: str) -> None:
    assert [(f.rule, f.place) for f in lint(card(**{field: text}), TODAY)] == [(6, field)]


def test_a_community_is_needed() -> None:
    assert [(f.rule, f.place) for f in lint(card(community=""), TODAY)] == [(6, "community")]


def test_three_cues_are_needed() -> None:
    assert [(f.rule, f.place) for f in lint(card(cues=GOOD["cues"][:2]), TODAY)] == [(7, "cues")]


@pytest.mark.parametrize(
    ("surface", "subtext", "found"),
    [
        ("The writer will consider the request.", "The request is considered by the writer.", [7]),
        ("They say yes.", "They say yes", [7]),
        ("検討します", "検討します。", [7]),
        ("They say yes.", "They do not mean yes.", []),
        ("検討します", "断りの合図である", []),
    ],
)
def test_a_subtext_says_more_than_its_surface(surface: str, subtext: str, found: list[int]) -> None:
    scope = with_cue(1, surface=surface, subtext=subtext)
    assert rules(scope) == found
    assert places(scope) == ["cues[1].subtext"] * len(found)


def test_dissent_and_limits_are_needed() -> None:
    assert [(f.rule, f.place) for f in lint(card(contested=[]), TODAY)] == [(8, "contested")]
    assert [(f.rule, f.place) for f in lint(card(limits={"not_for": [" "]}), TODAY)] == [(8, "limits")]
    assert rules(card(limits={"not_for": ["judging"]})) == []


def test_positionality_and_a_review_date_are_needed() -> None:
    assert [(f.rule, f.place) for f in lint(card(authors=[]), TODAY)] == [(9, "authors")]
    nameless = card(authors=[{"name": "A", "positionality": " "}])
    assert [(f.rule, f.place) for f in lint(nameless, TODAY)] == [(9, "authors[0].positionality")]
    assert rules(card(review_by=None)) == [9]
    assert rules(card(review_by=date(2026, 5, 31))) == [9]
    assert rules(card(review_by=TODAY)) == []
    assert rules(card(review_by=date(2028, 6, 1))) == []
    assert [(f.rule, f.place) for f in lint(card(review_by=date(2031, 6, 1)), TODAY)] == [(9, "review_by")]


@pytest.mark.parametrize("phrase", ["Tanaka-san", "Mr. Patel", "Priya Sharma", "田中さん", "Nguyen"])
def test_a_name_is_no_cue_to_identity(phrase: str) -> None:
    scope = with_cue(2, phrases={"en": ["in haste", phrase]})
    assert [(f.rule, f.place) for f in lint(scope, TODAY)] == [(10, "cues[2].phrases.en[1]")]
    assert rules(card(roles=[{"role": phrase}])) == [10]


@pytest.mark.parametrize("phrase", ["akka", "without san", "-san", "Professor", "mate", "thanks, boss"])
def test_a_form_of_address_may_be_a_cue(phrase: str) -> None:
    assert rules(with_cue(2, phrases={"en": [phrase]})) == []


@pytest.mark.parametrize(
    ("subtext", "found"),
    [
        ("Clients trust someone named Lakisha less.", [10]),
        ("It depends on names such as Nguyen.", [10]),
        ("An Asian-sounding name is treated with more form.", [10]),
        ("The manager is named without an honorific.", []),
        ("A name like that is a courtesy.", []),
        ("A good-sounding name for the plan.", []),
    ],
)
def test_names_are_no_proxies_in_explanations(subtext: str, found: list[int]) -> None:
    assert rules(with_cue(1, subtext=subtext)) == found


@pytest.mark.parametrize(
    ("rule", "subtext"),
    [
        (11, "It always closes the matter."),
        (11, "All staff hear a refusal."),
        (11, "They naturally avoid a refusal."),
        (11, "Here Tamil people are modest."),
        (11, "Germans are direct in this."),
        (12, "High power distance makes a refusal costly."),
        (12, "Hofstede gives a score of 92."),
        (12, "In a collectivist culture harmony comes first."),
        (14, "A backward custom kept by older firms."),
        (14, "The habit is primitive."),
    ],
)
def test_wording_that_flattens_is_warned_of(rule: int, subtext: str) -> None:
    found = lint(with_cue(1, subtext=subtext), TODAY)
    assert [(f.rule, f.severity, f.place) for f in found] == [(rule, "warning", "cues[1].subtext")]


@pytest.mark.parametrize(
    "subtext",
    [
        "Not all staff hear a refusal, and it isn't always one.",
        "After all, the answer is on the record.",
        'A head may write "always" and mean sometimes.',
        "Those who speak Japanese are few on the thread.",
        "The head keeps a distance from power and scores points.",
        "A step backward in the talks; a locking primitive is discussed; backward-compatible wording.",
    ],
)
def test_plain_senses_of_the_same_words_pass(subtext: str) -> None:
    assert rules(with_cue(1, subtext=subtext)) == []


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ([], [13]),
        ([{"cite": "A", "type": "book", "year": 2020, "insider_authored": False}], [13]),
        ([{"cite": "A", "type": "book", "year": 2010, "insider_authored": True}], [13]),
        ([{"cite": "A", "type": "book", "year": 2011, "insider_authored": True}], []),
        ([{"cite": "A", "type": "book", "year": 2020}], []),
    ],
)
def test_one_source_is_recent_and_may_be_by_an_insider(sources: list[dict], found: list[int]) -> None:
    assert rules(card(sources=sources)) == found


def _explained(first: str, second: str) -> Scope:
    cues = [dict(cue) for cue in GOOD["cues"]]
    cues[0]["subtext"], cues[2]["flips_when"] = first, second
    return card(cues=cues)


def test_a_country_explains_one_cue_at_most() -> None:
    found = lint(_explained("In Japan this is a soft refusal.", "the client is not a Japanese firm"), TODAY)
    assert [(f.rule, f.place) for f in found] == [(15, "cues[2].flips_when")]
    assert "Japan" in found[0].message
    assert rules(_explained("In Japan this is a soft refusal.", "the client is new")) == []
    assert rules(_explained("In Japan this is a soft refusal.", "the client is in Peru")) == []
    assert rules(_explained("Polish firms refuse so.", "the mail has more polish")) == []
    assert rules(_explained("Written in Japanese, it refuses.", "the text is in Japanese")) == []


@pytest.mark.parametrize(
    ("rule", "place", "changes"),
    [
        (1, "community", {"community": "Japan's people"}),
        (1, "title", {"title": "Ghana’s culture"}),
        (1, "domain", {"domain": "Japanese culture"}),
        (1, "roles[0].role", {"roles": [{"role": "a Japanese person"}]}),
        (1, "roles[0].role", {"roles": [{"role": "citizen of Japan"}]}),
        (2, "roles[0].role", {"roles": [{"role": "Westerners"}]}),
        (9, "reviewers", {"status": "reviewed"}),
    ],
)
def test_a_nation_under_another_field_is_found_too(rule: int, place: str, changes: dict) -> None:
    assert [(f.rule, f.severity, f.place) for f in lint(card(**changes), TODAY)] == [(rule, "error", place)]


@pytest.mark.parametrize(
    "role",
    [
        "elders",
        "deaf host",
        "user in Germany",
        "account staff",
        "women of the family",
        "Japanese customer",
        "family member in India",
    ],
)
def test_an_age_or_a_trait_may_be_a_role(role: str) -> None:
    assert lint(card(roles=[{"role": role}]), TODAY) == []


@pytest.mark.parametrize(
    "practice", ["public speaking", "greeting elders", "giving gifts to children", "speaking Welsh with children"]
)
def test_what_is_done_is_a_practice_whoever_it_is_done_to(practice: str) -> None:
    assert lint(card(practice=practice), TODAY) == []


@pytest.mark.parametrize(
    "practice", ["being a woman", "living as a Muslim", "living", "coming of age", "Hindu wedding", "Japanese cooking"]
)
def test_what_people_are_is_no_practice(practice: str) -> None:
    assert rules(card(practice=practice)) == [6]


@pytest.mark.parametrize("setting", ["a women's group", "the children's festival"])
def test_a_possessive_may_tell_one_group_from_others(setting: str) -> None:
    assert lint(card(setting=setting), TODAY) == []


@pytest.mark.parametrize(
    "text",
    [
        "The Japanese avoid saying no.",
        "No Germans are late.",
        "Japanese people respect rank.",
        "Asians value harmony.",
        "Westerners prefer directness.",
        "Germans say no directly.",
        "The Japanese respect age.",
        "The Chinese speak indirectly.",
        "In Japanese culture, a refusal is rude.",
        "Every Japanese knows that it is a no.",
        "Women are emotional.",
    ],
)
def test_a_people_that_does_so_is_a_universal(text: str) -> None:
    assert rules(with_cue(1, subtext=text)) == [11]


@pytest.mark.parametrize(
    "text",
    [
        "Some Germans say so, others do not.",
        "In Japanese, the verb comes last.",
        "The Japanese text is short.",
        "The Korean respect form -nim is used.",
        "The Chinese use of red is noticed.",
        "Two Germans have a car.",
        "The office is in Japan. Society rules do not reach it.",
        "It is polite in Japanese mail.",
    ],
)
def test_some_of_a_people_and_a_tongue_are_none(text: str) -> None:
    assert rules(with_cue(1, subtext=text)) == []


def test_a_country_that_explains_a_cue_and_a_paired_reading_is_counted_once_each() -> None:
    pair = {"act": "Noted.", "reading_a": "In Japan a receipt", "reading_b": "anger", "deciding_context": "the hour"}
    scope = with_cue(1, subtext="The answer is on the record in Japan.").model_copy(
        update={"wink_twitch": card(wink_twitch=[pair]).wink_twitch}
    )
    assert [(f.rule, f.place) for f in lint(scope, TODAY)] == [(15, "wink_twitch[0].reading_a")]


@pytest.mark.parametrize(
    "text",
    [
        "A client called Monday to ask again.",
        "A client called Tanaka to ask again.",
        "The older women called Akka sit first.",
        "A colleague called Zoom support.",
        "The client called Christmas morning.",
        "A colleague called HR about it.",
        "Staff called Auntie by juniors.",
        "It depends on place names such as Kumasi.",
        "File names such as README count too.",
    ],
)
def test_a_call_and_the_name_of_a_thing_are_no_proxy(text: str) -> None:
    assert rules(with_cue(1, subtext=text)) == []


@pytest.mark.parametrize(
    "text",
    ["It comes from a person called Emily.", "Users called Kofi do so.", "It is for women called Fatima in the chat."],
)
def test_people_who_are_called_so_are_a_proxy(text: str) -> None:
    assert rules(with_cue(1, subtext=text)) == [10]


@pytest.mark.parametrize("phrase", ["Sir-ji", "Guru-ji", "Onee-san", "Okyaku-sama", "Mr. President", "Madam Chair"])
def test_a_form_of_address_without_a_name_may_be_a_cue(phrase: str) -> None:
    assert rules(with_cue(1, phrases={"en": [phrase]})) == []
