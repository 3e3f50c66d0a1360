"""The command line as a stranger runs it: its own process, a model folder on disk, standard output and error apart."""

import io
import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from anchoring.cli import main
from anchoring.scope import load_scopes
from tests.tiny_chat import save

ROOT = Path(__file__).resolve().parents[1]
WORDS = "Write to Tanaka-san: the parts are late.\nHe said “we will consider it”. ありがとう 🙏🏽 <b>&amp;</b>"
SCOPE = "japanese-b2b-decline"
HEAT = ("--temperature", "1")  # greedy, a random model says one token again and again, which may be no text at all


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return str(save(tmp_path_factory.mktemp("model")))


@pytest.fixture
def call(capsys, monkeypatch, tmp_path):
    """Runs the command line in this process: (status, standard output, standard error)."""
    monkeypatch.setenv("ANCHORING_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def process(*arguments: str, **how):
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
    return subprocess.run([sys.executable, "-m", "anchoring", *arguments], cwd=ROOT, check=False, **streams)


def steering(text: str) -> set[str]:
    """Characters in it that could steer a terminal."""
    return {c for c in text if ord(c) < 32 or 127 <= ord(c) < 160} - {"\n", "\t"}


def probe(folder: str, *more: str) -> list[str]:
    return ["probe", "--scope", SCOPE, "--model", folder, "--max-new-tokens", "24", *HEAT, *more]


@pytest.fixture(scope="session")
def done(folder):
    return process(*probe(folder, "--framing", "card", "--reasoning", "off", "--seed", "0", "--json", WORDS))


@pytest.fixture(scope="session")
def document(done):
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # fails where anything but the one object is printed


def test_the_probe_prints_one_json_object_and_nothing_else(done, document):
    assert done.stderr == b""
    assert document["settings"]["words"] == WORDS
    assert document["settings"]["scope"] == SCOPE
    assert document["settings"]["framing"] == "card"
    assert document["settings"]["seed"] == 0
    assert set(document["model"]) >= {"id", "revision", "dtype", "device"}
    assert document["timing"]["tokens"] == 24


def test_the_sources_partition_the_prompt(document):
    prompt, at = document["prompt"], 0
    for source in document["sources"]:
        assert source["start"] == at
        assert prompt[source["start"] : source["end"]] == source["text"]
        at = source["end"]
    assert at == len(prompt)
    assert document["sources"][-1] | {"start": at, "end": at} == document["sources"][-1]
    assert [s["kind"] for s in document["sources"]].count("own") == 1
    assert document["sources"][-1]["kind"] == "own"
    said = [s["text"] for s in document["sources"] if s["id"].startswith(("cue:", "words:"))]
    assert "".join(said) == WORDS
    assert any(s["id"] == "cue:kentou" and "we will consider it" in s["text"] for s in document["sources"])


def test_rows_sum_to_one_and_targets_stand_in_their_part(document):
    assert document["targets"]
    assert len(document["scores"]) == len(document["targets"])
    for target, row in zip(document["targets"], document["scores"], strict=True):
        assert document[target["part"]][target["start"] : target["end"]] == target["text"]
        assert len(row) == len(document["sources"])
        assert sum(row) == pytest.approx(1, abs=1e-5)


def test_the_words_may_come_from_standard_input_and_the_answer_is_the_same(call, folder, monkeypatch, document):
    given = io.TextIOWrapper(io.BytesIO(WORDS.encode() + b"\n"))
    monkeypatch.setattr(sys, "stdin", given)
    status, out, err = call(*probe(folder, "--json", "-"))
    again = json.loads(out)
    assert (status, err) == (0, "")
    for key in ("prompt", "sources", "answer", "targets", "scores", "settings", "model"):
        assert again[key] == document[key]


def test_the_unit_token_gives_a_row_a_token_and_sampling_follows_the_seed(call, folder):
    sampled = [
        json.loads(call(*probe(folder, "--unit", "token", "--seed", seed, "--json", "hi"))[1])
        for seed in ("1", "1", "2")
    ]
    assert sampled[0]["answer"] == sampled[1]["answer"] != sampled[2]["answer"]
    assert len(sampled[0]["targets"]) > 5
    for target in sampled[0]["targets"]:
        assert sampled[0][target["part"]][target["start"] : target["end"]] == target["text"]


def test_the_readable_form_names_the_answer_and_percentages_and_steers_no_terminal(call, folder):
    status, out, err = call(*probe(folder, "escape \x1b[2J and bell \x07"))
    assert (status, err) == (0, "")
    assert "weights, not reasons" in out
    assert "%" in out
    assert "besides" in out
    assert not steering(out)


def test_swapped_shows_the_other_card(call, folder):
    other = "finnish-work-sauna"
    out = call(*probe(folder, "--framing", "swapped", "--other", other, "--json", "hi"))[1]
    swapped = json.loads(out)
    assert swapped["settings"]["other"] == other
    assert swapped["settings"]["other_version"] == load_scopes()[other].version
    assert load_scopes()[other].community in swapped["prompt"]


REFUSALS = {
    "framing": (["probe", "--framing", "cards", "hi"], "cards"),
    "number": (["probe", "--max-new-tokens", "many", "hi"], "many"),
    "range": (["probe", "--max-new-tokens", "0", "hi"], "max_new_tokens"),
    "seed": (["probe", "--seed", "-1", "hi"], "seed"),
    "no answers": (["calibrate", "bundled", "--prompts", "0"], "--prompts"),
    "method": (["probe", "--method", "mirror", "hi"], "mirror"),
    "unit": (["probe", "--unit", "page", "hi"], "page"),
    "no words": (["probe", "  "], "empty"),
    "missing words": (["probe"], "words"),
    "unknown option": (["probe", "--colour\nblue", "hi"], "unrecognized"),
    "half a character": (["probe", "a\udc80"], "half a character"),
    "no command": ([], "COMMAND"),
    "needs a scope": (["probe", "--framing", "card", "hi"], "needs a scope"),
    "near scope": (["probe", "--scope", "finish-work-sauna", "hi"], "finnish-work-sauna"),
    "part of a scope": (["probe", "--scope", "Sauna", "hi"], "finnish-work-sauna"),
    "far scope": (["probe", "--scope", "zzzz", "hi"], "scopes` lists them"),
    "no folder": (["probe", "--model", "/no/such/folder", "hi"], "/no/such/folder"),
    "empty model": (["probe", "--model", "", "hi"], "Give a model"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_refused_gets_status_2_and_one_clear_line(call, name):
    arguments, says = REFUSALS[name]
    status, out, err = call(*arguments)
    assert status == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert says in err


def test_a_scope_file_that_cannot_be_read_is_named_where_it_is_asked_for(call, tmp_path):
    own = tmp_path / "home" / "scopes"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("id: [", "utf-8")
    status, _, err = call("probe", "--scope", "mine", "hi")
    assert status == 2
    assert "mine.yaml" in err
    assert "left out: mine.yaml" in call("scopes")[2]


def test_a_prompt_longer_than_the_context_is_refused_by_how_many_tokens(call, folder):
    status, out, err = call(*probe(folder, "--json", "late " * 3000))
    assert (status, out) == (2, "")
    assert "more than" in err
    assert err.count("\n") == 1


def test_lint_passes_a_sound_card_and_fails_one_with_an_error_at_its_line(call, tmp_path):
    card = ROOT / "scopes" / f"{SCOPE}.yaml"
    status, out, _ = call("lint", str(card))
    assert status == 0
    assert out.splitlines()[-1].startswith("1 file: 0 errors, ")
    bad = tmp_path / "bad.yaml"
    shutil.copy(card, bad)
    community = load_scopes()[SCOPE].community
    lines = bad.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if line.startswith("community:"))
    assert community in lines[number - 1]
    lines[number - 1] = "community: Japanese people"
    bad.write_text("\n".join(lines), "utf-8")
    status, out, err = call("lint", str(card), str(bad))
    assert (status, err) == (1, "")
    assert f"{bad}:{number}: error: rule 1 (" in out
    assert "Instead: " in out


def test_lint_tells_a_file_that_is_no_card_from_one_that_cannot_be_read(call, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: a\ntitle: [", "utf-8")
    status, out, _ = call("lint", str(broken))
    assert status == 1
    assert f"{broken}:" in out
    status, out, err = call("lint", str(tmp_path / "none.yaml"), str(tmp_path), str(broken))
    assert status == 2
    assert err.count("can't be read") == 2
    assert "not a card" in out  # the others are still read


def test_scopes_lists_every_card(call):
    status, out, _ = call("scopes")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(load_scopes())


def test_help_lists_all_and_loads_no_torch():
    code = (
        "import sys; from anchoring.cli import main; status = main(['--help']); "
        "print(status, 'torch' in sys.modules, 'transformers' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.split() == ["0", "False", "False"]
    for word in ("probe", "lint", "scopes", "--scope", "--framing", "--reasoning", "--model", "--method", "--json"):
        assert word in done.stdout


def test_no_text_of_a_card_steers_the_terminal_or_makes_a_line_of_its_own(call, tmp_path):
    own = tmp_path / "home" / "scopes"
    own.mkdir(parents=True)
    escapes = "\\e[2J\\a\\x9b\\nerror: forged"
    (own / "mine.yaml").write_text(f'id: mine\ntitle: "T{escapes}"\ncommunity: "Japanese people {escapes}"\n', "utf-8")
    (own / "broken.yaml").write_text(f'"{escapes}": 1\nid: broken\n', "utf-8")
    status, out, err = call("scopes")
    assert status == 0
    assert len(out.splitlines()) == len(load_scopes())
    assert any(line.startswith("mine ") and "T\ufffd[2J\ufffd\ufffd error: forged" in line for line in out.splitlines())
    assert err.startswith("left out: broken.yaml")
    _, found, more = call("lint", str(own / "mine.yaml"), str(own / "broken.yaml"))
    assert "broken.yaml:" in found
    assert not any(line.startswith(("error:", "forged")) for line in found.splitlines())
    assert not steering(out + err + found + more)


def test_json_holds_no_sign_that_steers_the_terminal_and_reads_back_the_same(call, folder):
    words = "a \x1b[2J b \x9b c \x7f"
    status, out, _ = call(*probe(folder, "--json", words))
    assert status == 0
    assert not steering(out)
    assert json.loads(out)["settings"]["words"] == words


def test_what_a_method_costs_is_told_before_it_runs_and_beside_the_json(call, folder):
    status, out, err = call(*probe(folder, "--method", "removal", "--json", "hi"))
    assert status == 0
    assert json.loads(out)["settings"]["method"] == "removal"
    assert err.startswith("removal: ")
    assert "passes, " in err
    assert err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_told_in_one_line():
    with Path("/dev/full").open("w") as full:
        done = process("scopes", stdout=full)
    assert (done.returncode, done.stderr) == (2, b"error: The output can't be written: No space left on device.\n")


def test_a_closed_standard_input_is_told_in_one_line(call, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    status, out, err = call("probe", "-")
    assert (status, out) == (2, "")
    assert err == "error: standard input is closed: give the words themselves instead of -.\n"


def test_a_home_that_is_nobodys_is_told_in_one_line(call, monkeypatch):
    monkeypatch.setenv("ANCHORING_HOME", "~no-such-user/things")
    for command, expected in (
        (["scopes"], 0),
        (["calibrate", "bundled"], 2),
    ):  # the shipped cards are there all the same
        status, _, err = call(*command)
        assert status == expected
        assert "set it to the whole path" in err
        assert err.count("\n") == 1


def _interrupted(*_, **__):
    raise KeyboardInterrupt


def test_ctrl_c_is_told_in_one_line_while_a_command_runs(call, monkeypatch):
    monkeypatch.setattr("anchoring.cli_cards.load_library", _interrupted)
    assert call("scopes") == (130, "", "stopped by hand\n")


def test_ctrl_c_is_told_in_one_line_while_the_libraries_load(capsys, monkeypatch):
    class Finder:
        find_spec = staticmethod(lambda name, *_: _interrupted() if name == "anchoring.cli" else None)

    monkeypatch.delitem(sys.modules, "anchoring.cli")
    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("anchoring", run_name="__main__")
    assert ended.value.code == 130
    assert capsys.readouterr().err == "stopped by hand\n"
