"""The stages of a model: noted by a run, mixed by a mean."""

import json

import pytest

from training.stages import MISTAKES, Stage, mixed, note, stages_of, trained_from

FIRST, SECOND = Stage("first", 100, 3.0, 0.25), Stage("second", 50, 2.0, 0.75)


def _run(folder, before=()):
    folder.mkdir()
    if before:
        note(folder, trained_from(before))
    (folder / "state.json").write_text(json.dumps({"step": 7, "batches": 8, "seconds": 90.0}))
    return folder


def test_an_exported_model_has_the_stages_that_were_noted(tmp_path):
    note(tmp_path, (FIRST, SECOND))
    assert stages_of(tmp_path) == (FIRST, SECOND)


def test_a_run_has_those_it_went_on_from_without_a_share_and_itself(tmp_path):
    found = stages_of(_run(tmp_path / "third", (FIRST, SECOND)))
    assert found == (Stage("first", 100, 3.0, 0), Stage("second", 50, 2.0, 0), Stage("third", 7, 1.5, 1))
    assert stages_of(_run(tmp_path / "alone")) == (Stage("alone", 7, 1.5, 1),)


def test_a_run_knows_how_many_answers_put_right_it_learned_from(tmp_path):
    folder = _run(tmp_path / "righted")
    (folder / MISTAKES).write_text("{}\n{}\n")
    assert stages_of(folder) == (Stage("righted", 7, 1.5, 1, 2),)


def test_a_mean_holds_each_stage_once_with_its_share_of_all():
    old, new = (FIRST, SECOND), (*trained_from((FIRST, SECOND)), Stage("third", 7, 1.5))
    found = mixed((old, new), (0.6, 0.4))
    assert [(s.name, s.share) for s in found] == [("first", 0.15), ("second", 0.45), ("third", 0.4)]
    assert sum(s.share for s in found) == pytest.approx(1)


def test_a_folder_without_stages_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"stages\.json"):
        stages_of(tmp_path)
