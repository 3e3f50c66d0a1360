"""Cards on the disk: a bad file never hides a good one, and a save is whole or not at all."""

import errno
import os
import sys
from datetime import date
from pathlib import Path

import pytest

from anchoring.home import home
from anchoring.prompting import find_cues
from anchoring.scope import (
    Scope,
    ScopeError,
    Status,
    delete_scope,
    dump_scope,
    duplicate,
    lint,
    load_library,
    load_scopes,
    save_scope,
    user_scopes,
)
from anchoring.scope.library import read_file
from tests.scope.cards import TODAY, card

SHIPPED = sorted(load_scopes(user_folder="no-such-folder").values(), key=lambda scope: scope.id)
REVIEWER = {"name": "R", "relation": "in the practice", "date": "2026-05-01"}


@pytest.mark.parametrize("scope", SHIPPED, ids=lambda scope: scope.id)
def test_a_shipped_card_is_a_whole_draft(scope) -> None:
    assert [f for f in lint(scope) if f.severity == "error"] == []
    assert len(scope.cues) >= 6
    assert len(scope.starters) >= 3
    assert scope.status is Status.DRAFT


def test_every_shipped_file_loads(tmp_path: Path) -> None:
    library = load_library(user_folder=tmp_path)
    assert library.problems == ()
    assert len(library.scopes) >= 10
    assert library.own == frozenset()


def test_a_bad_file_hides_no_good_one(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(dump_scope(card()), "utf-8")
    (tmp_path / "again.yaml").write_text(dump_scope(card(title="Again")), "utf-8")
    (tmp_path / "bad.yaml").write_text("id: [", "utf-8")
    (tmp_path / "huge.yaml").write_bytes(b"#" * 300_000)
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / ".hidden.yaml").write_text("nonsense", "utf-8")
    (tmp_path / "notes.txt").write_text("nonsense", "utf-8")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "good.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")  # Opening it would wait for ever.
    library = load_library(user_folder=tmp_path)
    assert library.own == {"work-chat"}
    assert library.scopes["work-chat"].title == "Again"
    bad = {problem.path.name for problem in library.problems}
    assert bad == {"good.yaml", "bad.yaml", "huge.yaml", "folder.yaml", "link.yaml", "pipe.yaml"}
    assert all(problem.message.startswith(problem.path.name) for problem in library.problems)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file name is always Unicode")
def test_a_file_whose_name_is_not_utf8_is_told_by_escapes(tmp_path: Path) -> None:
    for name, text in ((b"ma\xf1ana", "id: ["), (b"a\xf1o", dump_scope(card())), (b"z", dump_scope(card()))):
        (tmp_path / os.fsdecode(name + b".yaml")).write_text(text, "utf-8")
    messages = " ".join(problem.message for problem in load_library(user_folder=tmp_path).problems)
    assert messages.isascii()
    assert r"ma\udcf1ana.yaml" in messages
    assert r"z.yaml: id: 'work-chat' is taken by a\udcf1o.yaml" in messages


def test_a_shipped_card_is_not_replaced(tmp_path: Path) -> None:
    shipped = SHIPPED[0]
    (tmp_path / "x.yaml").write_text(dump_scope(card(id=shipped.id)), "utf-8")
    library = load_library(user_folder=tmp_path)
    assert library.scopes[shipped.id] == shipped
    assert [problem.path.name for problem in library.problems] == ["x.yaml"]
    with pytest.raises(ScopeError, match="ships with the program"):
        save_scope(card(id=shipped.id), tmp_path)


def test_the_users_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORING_HOME", str(tmp_path))
    path = save_scope(card())
    assert path == tmp_path / "scopes" / "work-chat.yaml"
    assert user_scopes() == tmp_path / "scopes"
    assert load_scopes()["work-chat"] == card()
    delete_scope("work-chat")
    assert "work-chat" not in load_scopes()
    with pytest.raises(ScopeError, match="no card of your own"):
        delete_scope("work-chat")


def test_a_saved_change_is_seen_at_once(tmp_path: Path) -> None:
    for title in ("One", "Two"):
        save_scope(card(title=title), tmp_path)
        assert load_scopes(user_folder=tmp_path)["work-chat"].title == title


def test_a_save_takes_the_place_of_a_file_of_another_name(tmp_path: Path) -> None:
    (tmp_path / "by hand.yml").write_text(dump_scope(card()), "utf-8")
    save_scope(card(title="New"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["work-chat.yaml"]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    save_scope(card(), tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, broken, full)
        with pytest.raises(ScopeError, match="not saved: No space left"):
            save_scope(card(title="New"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["work-chat.yaml"]
    assert load_scopes(user_folder=tmp_path)["work-chat"] == card()


def test_an_id_that_is_a_path_is_never_a_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(ScopeError):
        save_scope(card().model_copy(update={"id": "../out"}), home)
    assert list(tmp_path.rglob("*.yaml")) == []


def test_reviewed_needs_a_reviewer_and_no_errors(tmp_path: Path) -> None:
    with pytest.raises(ScopeError, match="named reviewer"):
        save_scope(card(status="reviewed"), tmp_path, today=TODAY)
    with pytest.raises(ScopeError, match="community"):
        save_scope(card(status="reviewed", reviewers=[REVIEWER], community="Japan"), tmp_path, today=TODAY)
    save_scope(card(community="Japan"), tmp_path, today=TODAY)
    save_scope(card(status="reviewed", reviewers=[REVIEWER], sources=[]), tmp_path, today=TODAY)


def test_a_reviewed_card_whose_words_change_is_a_draft_until_it_is_signed_anew(tmp_path: Path) -> None:
    signed = card(status="reviewed", reviewers=[REVIEWER])
    save_scope(signed, tmp_path, today=TODAY)

    def saved(**changes: object) -> Scope:
        save_scope(card(status="reviewed", **changes), tmp_path, today=TODAY)
        now = load_scopes(user_folder=tmp_path)["work-chat"]
        save_scope(signed, tmp_path, today=TODAY)
        return now

    assert saved(reviewers=[REVIEWER], version="1.0").status is Status.REVIEWED
    changed = saved(reviewers=[REVIEWER], title="Another title")
    assert (changed.status, changed.reviewers) == (Status.DRAFT, signed.reviewers)
    for _ in range(2):  # a second try is no signature
        save_scope(card(status="reviewed", reviewers=[REVIEWER], title="Another title"), tmp_path, today=TODAY)
        assert load_scopes(user_folder=tmp_path)["work-chat"].status is Status.DRAFT
    for anew in (REVIEWER | {"date": "2026-06-01"}, REVIEWER | {"name": "S"}):
        assert saved(reviewers=[anew], title="Another title").status is Status.REVIEWED


def test_a_copy_is_a_draft_that_nobody_has_reviewed() -> None:
    copy = duplicate(card(status="reviewed", reviewers=[REVIEWER], version="2.0"), "mine", today=date(2026, 6, 2))
    assert (copy.id, copy.status, copy.reviewers, copy.version) == ("mine", Status.DRAFT, (), "0.1")
    assert copy.cues == card().cues
    assert "work-chat 2.0" in copy.changelog[-1].note
    for bad in ("work-chat", "../x"):
        with pytest.raises(ScopeError):
            duplicate(card(), bad)


def test_a_save_spares_other_cards_and_files_whatever_they_are_called(tmp_path: Path) -> None:
    other, broken = tmp_path / "tea-shop.yaml", tmp_path / "broken.yaml"
    save_scope(card(id="tea-shop-osaka"), tmp_path).rename(other)
    broken.write_text("id: [")
    for scope_id in ("tea-shop", "broken"):
        first = save_scope(card(id=scope_id), tmp_path)
        again = save_scope(card(id=scope_id, title="Another title"), tmp_path)
        assert first == again == tmp_path / f"{scope_id}-2.yaml"
    assert read_file(other).id == "tea-shop-osaka"
    assert broken.read_text() == "id: ["
    library = load_library(tmp_path / "none", tmp_path)
    assert set(library.scopes) == {"tea-shop-osaka", "tea-shop", "broken"}
    assert library.scopes["tea-shop"].title == "Another title"


@pytest.mark.parametrize(
    ("scope_id", "words"),
    [
        ("nz-university-mihi-whakatau", "My colleague Kai will welcome the new staff on Monday."),
        ("chennai-family-whatsapp", "My cousin's wife Anna joined the group on Sunday."),
        ("nz-university-mihi-whakatau", "Our Kai is on leave."),
        ("chennai-family-whatsapp", "I asked Anna to bring the sweets. We met Anna after lunch."),
        ("finnish-work-sauna", "Pekka tuli saunaan vasta yhdeksältä."),
    ],
)
def test_a_name_or_an_everyday_word_is_no_cue_of_a_shipped_card(scope_id: str, words: str) -> None:
    assert find_cues(words, load_scopes()[scope_id]) == ()


def test_a_home_is_one_folder_for_all_and_knows_its_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ANCHORING_HOME", " ~/things ")
    assert home() == tmp_path / "things"
    assert user_scopes() == tmp_path / "things" / "scopes"
    monkeypatch.setenv("ANCHORING_HOME", " ")
    assert user_scopes() == home() / "scopes"
    assert home().is_absolute()


def test_a_home_that_is_nobodys_leaves_the_shipped_cards_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHORING_HOME", "~no-such-user/cards")
    library = load_library()
    assert len(library.scopes) == 10
    assert ["set it to the whole path of a folder" in problem.message for problem in library.problems] == [True]
    with pytest.raises(ScopeError, match="whole path of a folder"):
        save_scope(card())
