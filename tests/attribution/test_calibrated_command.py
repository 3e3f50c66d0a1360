"""The command calibrate: what it refuses before it works, what it says, which models it reads, what it keeps."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest

from anchoring.attribution.calibrated import Calibration
from anchoring.attribution.calibrations import keep
from anchoring.cli import main
from tests.models.pairs import pair

SHORT = ("--prompts", "3", "--max-new-tokens", "12")
SIZES = {"llama": {"max_position_embeddings": 2048}, "falcon": {"n_positions": 2048}}
FITTED = Calibration("tiny", "0", np.ones((2, 2), np.float32), 3)


@pytest.fixture
def call(capsys, monkeypatch, tmp_path):
    """Runs a command on a tiny model of that kind: (status, standard output, standard error)."""
    monkeypatch.setenv("ANCHORING_HOME", str(tmp_path / "home"))

    def run(kind: str | None, *arguments: str, command: str = "calibrate") -> tuple[int, str, str]:
        monkeypatch.setattr("anchoring.models.load.load_model", lambda _: roomy(kind))
        status = main([command, "tiny", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def roomy(kind: str | None):
    assert kind is not None, "it was to be refused before the model is loaded"
    return pair(kind, **SIZES.get(kind, {}))


def test_it_weighs_the_heads_once_and_keeps_them_in_the_users_folder(call, tmp_path):
    status, said, told = call("llama", *SHORT)
    assert status == 0
    assert "12 heads weighed" in said
    (kept,) = (tmp_path / "home" / "calibrations").iterdir()
    assert str(kept) in said
    assert np.array(json.loads(kept.read_text("utf-8"))["weights"]).shape == (3, 4)
    assert told.startswith("3 answers of up to 12 tokens, then about ")
    assert "3 of 3 answers" in told


def test_the_probe_asks_for_a_calibration_and_finds_it(call):
    asked = ("--method", "calibrated", "--max-new-tokens", "12", "--json")
    status, _, told = call("llama", *asked, command="probe")
    assert status == 2
    assert "python -m anchoring calibrate" in told
    assert call("llama", *SHORT)[0] == 0
    status, out, _ = call("llama", *asked, command="probe")
    assert status == 0
    rows = json.loads(out)["scores"]
    assert any(score != rows[0][0] for score in rows[0])


def test_a_model_that_only_an_eager_pass_reads_is_calibrated(call, tmp_path):
    assert not roomy("falcon").tapped
    out = tmp_path / "new" / "falcon.json"
    status, said, told = call("falcon", *SHORT, "--out", str(out))
    assert status == 0, told
    assert "12 heads weighed" in said
    assert out.is_file()


def test_a_model_without_attention_is_told_so(call):
    status, said, told = call("mamba", *SHORT)
    assert (status, said) == (2, "")
    assert "error: the attention of tiny can't be read, so it has no heads to weigh." in told.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--out", "."), ". is no file: name the file to write"),
        (("--out", "taken/x.json"), "Nothing can be written in taken"),
        (("--max-new-tokens", "0"), "max_new_tokens"),
    ],
)
def test_what_could_not_be_kept_or_made_is_refused_before_the_work(call, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    Path("taken").touch()
    status, said, told = call(None, *arguments)
    assert (status, said) == (2, "")
    assert says in told
    assert told.count("\n") == 1


def test_a_fault_while_writing_leaves_the_old_one_whole(tmp_path, monkeypatch):
    path = keep(FITTED, tmp_path / "kept.json")
    before = path.read_bytes()

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("anchoring.attribution.calibrations.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        keep(Calibration("tiny", "1", np.zeros((2, 2), np.float32), 3), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
