"""Which characters of a text each of its tokens stands for."""


def token_spans(tokenizer, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Token ids of the whole text and their spans (start, end) in code points, in order.

    Special tokens are expected in the text itself (a chat template writes them), so none is added. A character that
    several tokens share belongs to each of their spans. A token that stands for no character gets an empty span at
    the place where the next one begins.
    """
    if getattr(tokenizer, "is_fast", False):
        encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return list(encoded.input_ids), _settled([tuple(span) for span in encoded["offset_mapping"]], len(text))
    ids = tokenizer(text, add_special_tokens=False).input_ids
    return list(ids), _by_decoding(tokenizer, text, ids)


def _settled(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Spans with the empty ones moved to where the next real one begins."""
    settled, following = [], length
    for start, end in reversed(spans):
        if end > start:
            following = start
            settled.append((start, end))
        else:
            settled.append((following, following))
    return settled[::-1]


def _by_decoding(tokenizer, text: str, ids: list[int]) -> list[tuple[int, int]]:
    """Spans for a tokenizer without offsets: as much of the text as the growing decoded prefix agrees with.

    A piece that decoding changes (normalisation) is charged to the token at which text and decoding agree again.
    """
    spans, at = [], 0
    for count in range(1, len(ids) + 1):
        decoded = tokenizer.decode(ids[:count], skip_special_tokens=False, clean_up_tokenization_spaces=False)
        reach = _agreed(decoded.rstrip("\ufffd"), text) if count < len(ids) else len(text)
        spans.append((at, max(at, reach)))
        at = max(at, reach)
    return spans


def _agreed(decoded: str, text: str) -> int:
    """Code points of `text` read once `decoded` is used up, white space that either lacks passed over."""
    i = j = 0
    while i < len(decoded) and j < len(text):
        if decoded[i] == text[j]:
            i, j = i + 1, j + 1
        elif decoded[i].isspace():
            i += 1
        elif text[j].isspace():
            j += 1
        else:
            return j + len(decoded) - i if j + len(decoded) - i <= len(text) else j
    return j
