"""How an answer came: how fast, and how it ended, in words."""

from collections.abc import Sequence

from anchoring.models.types import Generation

_ENDED = {"end": "finished", "loop": "cut short: it repeated itself", "stopped": "stopped by hand"}


def ending(generation: Generation) -> str:
    """Says which length was reached: the one that was set, or all that the model can hold."""
    if generation.finish != "length":
        return _ENDED.get(generation.finish, generation.finish)
    if len(generation.token_ids) < generation.settings.max_new_tokens:
        return f"cut off: prompt and answer fill the model's {generation.model.context:,} tokens"
    return "cut off at the length that was set"


def pace(arms: Sequence[Generation]) -> str:
    """How fast these answers were written; nothing where they are not all that was written in that time."""
    timing, count = arms[0].timing, sum(len(arm.token_ids) for arm in arms)
    whole = timing.batch == len(arms) and all(arm.timing == timing for arm in arms)
    if not (whole and count and timing.seconds > 0):
        return ""
    rate = count / timing.seconds
    return f"{rate:.0f} tokens a second" if rate >= 10 else f"{rate:.1f} tokens a second"
