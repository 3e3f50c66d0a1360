"""The Scopes page as a writer of cards uses it; the user's folder is a fresh one in each test."""

from datetime import date

from anchoring.scope import (
    Change,
    Reviewer,
    ScopeError,
    Status,
    delete_scope,
    dump_scope,
    load_library,
    load_scopes,
    user_scopes,
)
from tests.pages.driving import asked, errors, label_of
from tests.pages.scopes_by_hand import (
    JAPANESE,
    calm,
    drawn,
    open_page,
    own_card,
    press,
    section,
    titles,
    write,
    yaml_mode,
)

ID = "Id: names the file and stands in links"


def test_a_new_card_is_refused_in_words_until_it_has_a_title():
    at = press(open_page(), "New card")
    assert "Not a card yet" in drawn(at)
    at = press(at, "Save")
    assert "no card yet" in at.error[0].value
    assert not user_scopes().exists()


def test_a_nation_is_refused_as_a_community_but_saved_as_a_draft():
    at = press(open_page(), "New card")
    at = write(at, "Title", "Japanese people")
    at = write(at, "Community: who takes part", "Japanese people")
    assert "names a nation, not a community" in drawn(at).replace("&#x27;", "'")
    assert "Write instead" in drawn(at)
    at = press(at, "Save")
    saved = load_library().scopes["my-scope"]
    assert (saved.title, saved.status) == ("Japanese people", Status.DRAFT)
    assert at.query_params["scope"] == ["my-scope"] or at.query_params["scope"] == "my-scope"


def test_errors_keep_a_card_from_being_reviewed_and_lose_no_text():
    at = press(open_page(), "New card")
    at = write(at, "Title", "A thin card")
    calm(next(box for box in at.selectbox if box.label == "Status").set_value(Status.REVIEWED).run())
    at = press(at, "Save")
    assert "Not saved" in at.error[0].value
    assert next(field for field in at.text_input if field.label == "Title").value == "A thin card"
    assert load_library().own == frozenset()


def test_a_cue_written_in_the_form_reaches_the_file():
    at = write(press(open_page(), "New card"), "Title", "A club night")
    at = section(at, "Cues")
    at = write(
        at, "Phrases, one a line, each with its language", "[en] see you soon\n[pt-BR] até logo\nPS: last orders"
    )
    assert "In Portuguese (Brazil): até logo" in label_of(" ".join(caption.value for caption in at.caption))
    at = write(at, "What is said or done", "A goodbye at the door.")
    at = write(at, "What it may mean here", "The talk is only about to begin.")
    press(at, "Save")
    cue = load_scopes()["my-scope"].cues[0]
    assert cue.phrases == {"en": ("see you soon", "PS: last orders"), "pt-BR": ("até logo",)}
    assert len(load_scopes()["my-scope"].cues) == 1


def test_parts_of_the_form_and_the_other_page_keep_what_was_typed():
    at = write(press(open_page(), "New card"), "Title", "Kept")
    at = section(section(at, "Limits"), "Basics")
    assert next(field for field in at.text_input if field.label == "Title").value == "Kept"
    token = at.query_params["edit"]
    again = open_page(edit=token[0] if isinstance(token, list) else token)
    assert next(field for field in again.text_input if field.label == "Title").value == "Kept"


def test_a_field_carries_its_text_each_time_it_is_drawn():
    """A browser that missed the first drawing must not take the field for empty, and send that back."""
    at = write(press(open_page(), "New card"), "Title", "Drawn twice")
    fields = {field.label.partition(":")[0]: field.proto.default for field in at.text_input}
    assert (fields["Title"], fields["Id"], fields["Version"]) == ("Drawn twice", "my-scope", "0.1")
    at = yaml_mode(at)
    assert "title: Drawn twice" in at.text_area[0].proto.default


def test_an_unsaved_card_can_be_found_again_from_the_list():
    at = write(press(open_page(), "New card"), "Title", "Half <b>done</b>")
    at.query_params.clear()
    at = press(calm(at.run()), "Go on writing")
    assert next(field for field in at.text_input if field.label == "Title").value == "Half <b>done</b>"


def test_a_row_can_be_added_and_removed():
    own_card()
    at = press(open_page(scope="mine"), "Edit")
    at = section(at, "People")
    before = [role.role for role in load_scopes()["mine"].roles]
    at = press(at, "Remove this role")
    press(at, "Save")
    assert [role.role for role in load_scopes()["mine"].roles] == before[1:]


def test_form_and_yaml_are_the_same_card():
    card = own_card()
    at = yaml_mode(press(open_page(scope="mine"), "Edit"))
    assert at.text_area[0].value == dump_scope(card)
    at = write(at, "The card as YAML", dump_scope(card).replace("A card of mine", "Another title"))
    at = yaml_mode(at, "form")
    assert next(field for field in at.text_input if field.label == "Title").value == "Another title"
    press(at, "Save")
    assert load_scopes()["mine"] == card.model_copy(update={"title": "Another title"})


def test_broken_yaml_names_its_line_and_stays_as_typed():
    at = yaml_mode(press(open_page(), "New card"))
    broken = "id: x-y\ntitle: T\ncues: nonsense\n"
    at = write(at, "The card as YAML", broken)
    assert "line 3" in drawn(at)
    at = yaml_mode(at, "form")
    assert at.text_area[0].value == broken
    at = press(at, "Save")
    assert at.text_area[0].value == broken
    assert load_library().own == frozenset()


def test_a_copy_is_a_draft_of_ones_own():
    at = press(open_page(scope=JAPANESE), "Duplicate to edit")
    press(at, "Save")
    library = load_library()
    assert library.own == {f"{JAPANESE}-copy"}
    assert library.scopes[f"{JAPANESE}-copy"].cues == library.scopes[JAPANESE].cues


def test_saving_never_overwrites_another_card_or_an_unreadable_file():
    own_card()
    (user_scopes() / "torn.yaml").write_text("id: [", "utf-8")
    at = press(open_page(scope=JAPANESE), "Duplicate to edit")
    for taken in ("mine", "torn", JAPANESE):
        at = press(write(at, ID, taken), "Save")
        assert "Not saved" in at.error[0].value
    assert load_scopes()["mine"].title == "A card of mine"
    assert (user_scopes() / "torn.yaml").read_text("utf-8") == "id: ["


def test_another_id_moves_the_card():
    own_card()
    at = press(open_page(scope="mine"), "Edit")
    press(write(at, ID, "moved"), "Save")
    assert load_library().own == {"moved"}


def test_another_id_for_a_card_that_is_gone_saves_it():
    own_card()
    at = write(press(open_page(scope="mine"), "Edit"), ID, "moved")
    delete_scope("mine")
    at = press(at, "Save")
    assert (load_library().own, asked(at, "scope")) == ({"moved"}, "moved")


def test_an_old_card_that_cannot_be_deleted_is_told_and_the_new_one_can_be_saved_on(monkeypatch):
    own_card()
    at = write(press(open_page(scope="mine"), "Edit"), ID, "moved")

    def refuse(*_):
        raise ScopeError("mine.yaml", "not deleted: Permission denied")

    monkeypatch.setattr("pages.scope_parts.editor.delete_scope", refuse)
    at = press(at, "Save")
    assert "Saved as moved; the old card could not be deleted" in errors(at)
    assert load_library().own == {"mine", "moved"}
    press(write(at, "Title", "Saved on"), "Save")
    assert load_scopes()["moved"].title == "Saved on"


def test_what_was_saved_meanwhile_is_not_lost_without_a_word():
    card = own_card()
    mine, theirs = (press(open_page(scope="mine"), "Edit") for _ in range(2))
    press(write(theirs, "Title", "Theirs"), "Save")
    mine = press(write(mine, "Domain", "my domain"), "Save")
    assert "saved elsewhere since you began" in errors(mine)
    assert load_scopes()["mine"].title == "Theirs"
    press(mine, "Save mine over it")
    assert load_scopes()["mine"] == card.model_copy(update={"domain": "my domain"})


def test_another_id_keeps_both_of_two_that_were_changed_at_once():
    own_card()
    mine = press(open_page(scope="mine"), "Edit")
    own_card(title="Theirs")
    mine = press(write(mine, "Domain", "my domain"), "Save")
    mine = press(write(mine, ID, "both"), "Save")
    assert "The card mine stays too" in errors(mine)
    scopes = load_scopes()
    assert (scopes["mine"].title, scopes["both"].domain) == ("Theirs", "my domain")


def test_an_untouched_draft_gives_way_to_what_was_saved_since():
    own_card()
    at = press(open_page(scope="mine"), "Edit")
    own_card(title="Saved elsewhere")
    at = press(leave_by_link(at), "Edit")
    assert next(field for field in at.text_input if field.label == "Title").value == "Saved elsewhere"
    at = write(at, "Title", "Begun")
    at = press(leave_by_link(at), "Edit")
    assert next(field for field in at.text_input if field.label == "Title").value == "Begun"


def leave_by_link(at):
    at.query_params.clear()
    at.query_params["scope"] = "mine"
    return calm(at.run())


def test_a_changed_reviewed_card_is_a_draft_and_the_editor_says_so_before():
    reviewer = {"name": "R", "relation": "in the practice", "date": date(2026, 5, 1)}
    card = own_card(status=Status.REVIEWED, reviewers=(Reviewer(**reviewer),))
    at = press(open_page(scope="mine"), "Edit")
    assert not at.info
    at = write(at, "Title", "Changed")
    assert "saved as a draft" in at.info[0].value
    at = press(write(at, ID, "moved"), "Save")
    assert "Not signed as it stands" in drawn(at)
    saved = load_scopes()["moved"]
    assert (saved.status, saved.reviewers) == (Status.DRAFT, card.reviewers)


def test_dates_far_off_are_drawn():
    own_card(review_by=date(2207, 5, 31), changelog=(Change(version="1", date=date(1885, 1, 1), note="n"),))
    at = press(open_page(scope="mine"), "Edit")
    assert at.date_input[0].value == date(2207, 5, 31)
    at = section(at, "Sources")
    assert date(1885, 1, 1) in [field.value for field in at.date_input]


def test_a_full_disk_is_told_and_the_text_stays(monkeypatch):
    at = write(press(open_page(), "New card"), "Title", "Precious")
    user_scopes().parent.mkdir(exist_ok=True)
    user_scopes().write_text("a file where the folder should be", "utf-8")
    at = press(at, "Save")
    assert "Not saved" in at.error[0].value
    assert next(field for field in at.text_input if field.label == "Title").value == "Precious"


def test_an_own_card_is_deleted_after_a_second_word():
    own_card()
    at = press(open_page(scope="mine"), "Delete for good")
    assert load_library().own == frozenset()
    assert len(titles(at)) == 10


def test_changes_are_discarded_after_a_second_word():
    own_card()
    at = write(press(open_page(scope="mine"), "Edit"), "Title", "Changed")
    at = press(at, "Discard for good")
    assert load_scopes()["mine"].title == "A card of mine"
    assert "edit" not in at.query_params
