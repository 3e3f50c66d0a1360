"""The bundled model's tokenizer and what the batches make of an example."""

from hypothesis import example, given
from hypothesis import strategies as st

from anchoring.models.render import render
from tests.training.drawn import training_examples
from tests.training.tiny_model import PRESET, tokenizer
from training.batches import _encoded, _padded
from training.tokenizer import SPECIAL


def _decoded(ids) -> str:
    return tokenizer().decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)


@given(st.text())
@example("検討させていただきます。 قابلی نداره 🙏🏽 don 't  stop\n\t.")
@example(" leading and trailing ")
def test_any_text_comes_back(text):
    assert _decoded(tokenizer()(text, add_special_tokens=False).input_ids) == text


@given(st.text(alphabet="0123456789,. $", min_size=1))
def test_digits_are_tokens_of_their_own(text):
    tokens = tokenizer().convert_ids_to_tokens(tokenizer()(text, add_special_tokens=False).input_ids)
    assert all(sum(c.isdigit() for c in token) <= 1 for token in tokens)


def test_marks_of_the_template_are_single_tokens():
    assert len(tokenizer()) == PRESET.vocabulary
    for mark in SPECIAL:
        assert len(tokenizer()(mark, add_special_tokens=False).input_ids) == 1
    assert tokenizer().eos_token_id != tokenizer().pad_token_id


def test_an_encoded_example_is_its_prompt_its_answer_and_an_end():
    for one in training_examples()[:20]:
        row = _encoded(tokenizer(), one)
        ids, prompt = row.ids, len(row.tags)
        assert tuple(ids[:prompt]) == render(one.prompt, tokenizer()).token_ids
        assert _decoded(ids[prompt:-1]) == one.target
        assert ids[-1] == tokenizer().eos_token_id


def test_loss_counts_on_the_answer_and_its_end_alone():
    rows = [_encoded(tokenizer(), e) for e in training_examples()[:3]]
    batch = _padded(rows, tokenizer().pad_token_id)
    assert batch.ids.shape == batch.counts.shape
    for made, row, counts in zip(rows, batch.ids, batch.counts, strict=True):
        prompt = len(made.tags)
        assert row[counts].tolist() == made.ids[prompt:]
        assert not counts[:prompt].any()
        assert not counts[len(made.ids) :].any()
