"""Whatever is in a file, the reader gives a card or one clear ScopeError; what is written reads back equal."""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anchoring.scope import Scope, ScopeError, dump_scope, read_scope
from tests.scope.cards import GOOD, card

HEAD = "id: aa\ntitle: T\n"


def fault(text: str | bytes) -> ScopeError:
    with pytest.raises(ScopeError) as caught:
        read_scope(text, "mine.yaml")
    assert str(caught.value).startswith("mine.yaml")
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "field", "expected"),
    [
        ("", None, "", "empty file"),
        ("# only a remark\n", None, "", "empty file"),
        ("- a\n", 1, "", "found a list"),
        ("hello", 1, "", "found bare text"),
        ("id: aa\n\ttitle: T\n", 2, "", "found a tab"),
        (b"\x00\x01\x02", None, "", "binary"),
        (b"id: aa\ntitle: \xff\n", 2, "", "UTF-8"),
        ("id: aa".encode("utf-16"), None, "", "UTF-16"),
        ("a: \x1b", 1, "", "U+001B"),
        ("a: " + "x" * 300_000, None, "", "256 KiB"),
        ("a: " + "[" * 40 + "]" * 40, 1, "", "levels of nesting"),
        ("a: &a 1\nb: [" + "*a, " * 20 + "]", 2, "", "aliases"),
        ("a: &a [*a]", 1, "", "alias to a part that holds it"),
        (HEAD + "id: bb", 3, "id", "second time"),
        (HEAD + "x: !!python/object/apply:os.system [ls]", 3, "x", "plain YAML"),
        (HEAD + "? [a]\n: b", 3, "", "plain word"),
        (HEAD + "domain: a: b", 3, "", "needs quotes"),
        (HEAD + "---\nid: b", 3, "", "another document"),
        (HEAD + "status: done", 3, "status", "'draft', 'reviewed' or 'retired', found 'done'"),
        (HEAD + "review_by: soon", 3, "review_by", "a date such as"),
        (HEAD + "review_by: 86400", 3, "review_by", "a date such as 2027-05-31, not a bare number"),
        (HEAD + "changelog:\n- version: '1'\n  date: -1.5\n  note: n", 5, "changelog[0].date", "not a bare number"),
        (HEAD + "cues: 5", 3, "cues", "a list"),
        (HEAD + "sources:\n- cite: a\n  type: book\n  year: x", 6, "sources[0].year", "whole number"),
        (HEAD + "cues:\n- id: a\n  subtex: b", 5, "cues[0].subtex", "did you mean 'subtext'?"),
        (HEAD + "cues:\n- id: a\n  surface: b\n  phrases: {}", 4, "cues[0].subtext", "missing"),
        ("id: A B\ntitle: T", 1, "id", "small letters"),
    ],
)
def test_each_fault_has_one_message_with_line_and_field(
    text: str | bytes, line: int | None, field: str, expected: str
) -> None:
    found = fault(text)
    assert (found.line, found.field) == (line, field)
    assert expected in str(found)


def test_two_cues_of_one_id_are_refused() -> None:
    cue = "- {id: a, surface: s, subtext: t, phrases: {}}\n"
    assert "used twice: a" in str(fault(HEAD + "cues:\n" + cue + cue))


def test_the_id_of_the_users_own_marks_is_no_cues() -> None:
    cue = "- {id: own, surface: s, subtext: t, phrases: {}}\n"
    assert "stands for what a user marks" in str(fault(HEAD + "cues:\n" + cue))


def test_words_stay_words() -> None:
    text = (
        HEAD + "version: 0.10\ncues:\n- {id: a, surface: yes, subtext: 1.0, phrases: {no: [no, on, 12:30]}}\nroles:\n"
    )
    scope = read_scope("\ufeff" + text, "mine.yaml")
    assert (scope.version, scope.cues[0].surface, scope.cues[0].subtext) == ("0.10", "yes", "1.0")
    assert scope.cues[0].phrases == {"no": ("no", "on", "12:30")}
    assert scope.roles == ()


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
@settings(max_examples=150, deadline=None)
def test_anything_else_is_a_scope_error(text: str | bytes) -> None:
    with pytest.raises(ScopeError):
        read_scope(text, "mine.yaml")


PIECES = [*"[]{}&*!|>'\"%@:,-?#ab \n\t\\", "id: ", "cues:\n", "- ", "&a ", "*a", "!!int "]


@given(st.lists(st.sampled_from(PIECES)))
@settings(max_examples=150, deadline=None)
def test_broken_yaml_is_a_scope_error(parts: list[str]) -> None:
    with pytest.raises(ScopeError):
        read_scope("".join(parts), "mine.yaml")


WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(lambda text: text.strip())
LONG = st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=5).map("\n".join)


@given(title=WORDS, surface=WORDS, subtext=WORDS, phrase=WORDS, note=LONG, limits=st.lists(LONG, max_size=3))
@example(title="0\x850", surface="a", subtext="b", phrase="0\u20280", note="0\u2029\n0", limits=[])
@settings(max_examples=150, deadline=None)
def test_a_card_reads_back_equal(
    title: str, surface: str, subtext: str, phrase: str, note: str, limits: list[str]
) -> None:
    cue = {"id": "c", "surface": surface, "subtext": subtext, "phrases": {"en": [phrase], "no": [phrase, "no"]}}
    scope = card(title=title, cues=[cue], permissions=note, limits={"not_for": limits})
    assert read_scope(dump_scope(scope), "mine.yaml") == scope


def test_a_dump_is_made_to_be_read() -> None:
    scope = card(permissions="First line.\nSecond line.")
    text = dump_scope(scope)
    assert "検討します" in text
    assert "permissions: |-\n  First line.\n  Second line.\n" in text
    assert [key for key in yaml.safe_load(text) if key in GOOD] == [key for key in Scope.model_fields if key in GOOD]
    assert list(yaml.safe_load(text)) == list(Scope.model_fields)
