"""The bundled model's tokenizer."""

from hypothesis import example, given
from hypothesis import strategies as st

from tests.training.tiny_model import PRESET, tokenizer
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
