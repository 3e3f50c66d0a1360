"""Which pieces of text a tokenizer reads as commands (ends of turns, roles, thoughts) and not as words.

A chat template writes them around the messages. In a user's words they would be read the same way, so that what is
typed could end its own turn or open another: user text is data, so such a prompt is refused.
"""

import regex

from anchoring.prompting.reasoning import THINK_CLOSE, THINK_OPEN

_MARKUP = regex.compile(r"<\|[^\s|]+\|>")


def commands(tokenizer) -> dict[str, int]:
    """Text of each command and its token id: special tokens, and single added tokens that look like one.

    Many tokenizers also add plain words, runs of spaces and HTML tags; those are text.
    """
    named = {text: tokenizer.convert_tokens_to_ids(text) for text in tokenizer.all_special_tokens}
    for number, token in tokenizer.added_tokens_decoder.items():
        text = str(token)
        if token.special or text in (THINK_OPEN, THINK_CLOSE) or _MARKUP.fullmatch(text):
            named[text] = number
    return {text: number for text, number in named.items() if text.strip() and number is not None}


def first_command(text: str, tokenizer) -> str | None:
    """The first command that `text` holds, as it is written there; None where it holds none."""
    known = commands(tokenizer)
    places = [(at, -len(command), command) for command in known if (at := text.find(command)) >= 0]
    if places:
        return min(places)[2]
    return _normalised(text, tokenizer, set(known.values()))


def _normalised(text: str, tokenizer, numbers: set[int]) -> str | None:
    """A command that only normalisation brings out (full width, capitals): it has a command's token all the same."""
    if not getattr(tokenizer, "is_fast", False):
        return None
    unknown = {tokenizer.unk_token_id}  # what a tokenizer doesn't know is no command
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    for number, (start, end) in zip(encoded.input_ids, encoded["offset_mapping"], strict=True):
        if number in numbers - unknown:
            return text[start:end]
    return None
