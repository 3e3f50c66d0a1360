"""From tokens to text while they come: no half character ever shows, and each token knows where its text ends."""

from anchoring.models.commands import commands
from anchoring.prompting.reasoning import THINK_CLOSE, THINK_OPEN

BROKEN = "\ufffd"


class Decoder:
    """Decodes one answer token by token.

    `text` is what may be shown so far, `ends[i]` its length once token i was read. Special tokens give no text, save
    the marks around a thought. A token is decoded together with those before it, since many tokenizers write a
    leading space only between tokens.
    """

    def __init__(self, tokenizer):
        self._tokenizer = tokenizer
        self._silent = {number for text, number in commands(tokenizer).items() if text not in (THINK_OPEN, THINK_CLOSE)}
        self._ids: list[int] = []
        self._seen = self._read = 0  # tokens before `_seen` are context no longer needed; up to `_read` are shown
        self.text = ""
        self.ends: list[int] = []

    def push(self, token: int) -> None:
        if token not in self._silent:
            self._ids.append(token)
            shown = self._decode(self._ids[self._seen : self._read])
            now = self._decode(self._ids[self._seen :])
            if len(now) > len(shown) and not now.endswith(BROKEN):
                self.text += now[len(shown) :]
                self._seen, self._read = self._read, len(self._ids)
        self.ends.append(len(self.text))

    def _decode(self, ids: list[int]) -> str:
        return self._tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)


def split_thought(text: str, opened: bool = False) -> tuple[tuple[int, int] | None, tuple[int, int]]:
    """Spans of the thought (None where there is none) and of the answer; the marks belong to neither.

    `opened`: the prompt itself ends inside a thought, as some chat templates do. An unclosed thought leaves the
    answer empty.
    """
    close = text.find(THINK_CLOSE)
    lead = len(text) - len(text.lstrip())
    if text.startswith(THINK_OPEN, lead):
        start = lead + len(THINK_OPEN)
    elif opened or close >= 0:
        start = 0
    else:
        return None, (0, len(text))
    if close < 0:
        return (start, len(text)), (len(text), len(text))
    thought = (start, close) if text[start:close].strip() else None
    return thought, (close + len(THINK_CLOSE), len(text))


def without_half_mark(text: str) -> str:
    """`text` less a mark around a thought that has only begun to be written, so that no "</thi" shows meanwhile."""
    for mark in (THINK_OPEN, THINK_CLOSE):
        for length in range(len(mark) - 1, 0, -1):
            if text.endswith(mark[:length]):
                return text[:-length]
    return text


def opens_thought(prompt_text: str) -> bool:
    """Whether a rendered prompt ends inside a thought."""
    return prompt_text.rstrip().endswith(THINK_OPEN)
