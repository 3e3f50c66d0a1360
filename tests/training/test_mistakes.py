"""Mistakes: what an answer says rightly is kept, and the rest is what the example would have said."""

import random
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anchoring.models.catalogue import BUNDLED
from anchoring.models.load import load_model
from anchoring.prompting import Framing, Reasoning
from tests.training.drawn import training_examples
from tests.training.tiny_model import tokenizer
from training import mistakes
from training.alternatives import ways
from training.corpus.examples import draw_examples
from training.corpus.mixture import MISTAKES, tellings
from training.corpus.phrasings import few
from training.corpus.source import written_scopes
from training.mistakes import put_right, read, written
from training.rows import encoded

SCOPES = written_scopes()[:3]
EXAMPLES = [e for e in training_examples()[:400] if e.prompt.framing != Framing.SWAPPED and e.answer[0].texts]


def reworded(example, rng: random.Random):
    """The example in other words that would do as well."""

    def other(sentences):
        return tuple(replace(s, text=rng.choice(ways(s, example.slots))) for s in sentences)

    return replace(example, thought=other(example.thought), answer=other(example.answer))


@pytest.mark.parametrize("reasoning", [Reasoning.OFF, Reasoning.GROUNDED, Reasoning.FREE])
@pytest.mark.parametrize("framing", [Framing.NONE, Framing.PERSPECTIVE, Framing.CARD, Framing.INTERPRETIVE])
def test_whatever_the_generator_could_have_said_is_right(framing, reasoning):
    rng = random.Random(f"{framing} {reasoning}")
    for scope in written_scopes():
        for _ in range(3):
            one, other = draw_examples(few(scope), rng, framing, reasoning, count=2)
            assert put_right(one, one.target) is None
            assert put_right(one, other.target) is None


@settings(deadline=None)
@given(st.sampled_from(EXAMPLES), st.randoms(), st.text("ab .é\n", min_size=1, max_size=20))
def test_up_to_the_mistake_the_answers_own_words_are_kept(example, rng, stray):
    said = reworded(example, rng).target
    at = rng.randrange(len(said))
    righted = put_right(example, said[:at] + "#" + stray)
    assert put_right(example, righted.target) is None
    assert (righted.prompt, righted.slots, righted.shown) == (example.prompt, example.slots, example.shown)
    roles = [[s.role for s in (*e.thought, *e.answer)] for e in (righted, example)]
    assert roles[0] == roles[1]
    whole = said[:at].rfind(". ") + 1  # what stands before it was ended
    assert righted.target[:whole] == said[:whole]


def _named():
    return next(
        e
        for e in EXAMPLES
        if len(e.answer) > 2 and not e.thought and dict(e.slots).get("name", "!") in e.answer[0].text
    )


def test_a_garbled_name_is_written_out_in_the_sentence_that_was_begun():
    example = _named()
    name = dict(example.slots)["name"]
    for way in ways(example.answer[0], example.slots):
        if way.find(name) >= mistakes.SHARED:
            righted = put_right(example, way.replace(name, name + "ish") + " And so on.")
            assert righted.answer[0].text == way


def test_a_sentence_that_comes_twice_gives_way_to_the_next():
    example = _named()
    first = example.answer[0].text
    assert put_right(example, f"{first} {first}").answer == example.answer


def test_words_after_the_end_are_a_mistake_and_go():
    example = _named()
    assert put_right(example, example.target + " And so on.").target == example.target


def test_a_file_gives_back_the_examples(tmp_path):
    kept = [e for e in EXAMPLES if e.answer][:60]
    file = tmp_path / "mistakes.jsonl"
    file.write_text("".join(written(e) + "\n" for e in kept), encoding="utf-8")
    for made, example in zip(read(file), kept, strict=True):
        assert made == example
        assert encoded(tokenizer(), (made,)) == encoded(tokenizer(), (example,))


def test_the_bundled_models_own_answers_are_put_right(monkeypatch):
    monkeypatch.setattr(mistakes, "AT_ONCE", 40)
    count, righted = next(mistakes.mistakes(load_model(BUNDLED), SCOPES, few, seed=1))
    assert count == 40
    assert 0 < len(righted) < 40  # it errs, and not always
    assert all(put_right(e, e.target) is None for e in righted)
    assert {e.prompt.scope for e in righted} <= set(SCOPES)


def test_a_file_is_never_written_twice(tmp_path, monkeypatch, capsys):
    file = tmp_path / "mistakes.jsonl"
    file.write_text("kept")
    monkeypatch.setattr("sys.argv", ["mistakes", "--model", BUNDLED, "--out", str(file)])
    with pytest.raises(SystemExit):
        mistakes.main()
    assert "is there already" in capsys.readouterr().err
    assert file.read_text() == "kept"


def test_training_meets_them_in_their_share():
    known = tuple(EXAMPLES[:5])
    drawn = list(islice(tellings(3, written_scopes(), 1, few, known), 600))
    met = sum(len(told) == 1 and told[0] in known for told in drawn)
    assert abs(met / len(drawn) - MISTAKES) < 0.06
