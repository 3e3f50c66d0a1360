"""How an answer ended, in words."""

from anchoring.models.types import Generation

_ENDED = {"end": "finished", "loop": "cut short: it repeated itself", "stopped": "stopped by hand"}


def ending(generation: Generation) -> str:
    """Says which length was reached: the one that was set, or all that the model can hold."""
    if generation.finish != "length":
        return _ENDED.get(generation.finish, generation.finish)
    if len(generation.token_ids) < generation.settings.max_new_tokens:
        return f"cut off: prompt and answer fill the model's {generation.model.context:,} tokens"
    return "cut off at the length that was set"
