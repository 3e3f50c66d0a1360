"""The methods that the highlights can show: their names, what they say, and what the reading room writes above them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """`unit` is "share" or the word after a number; `verb` completes "What this sentence …"."""

    id: str
    name: str
    says: str
    unit: str
    verb: str


METHODS = (
    Method(
        "attention",
        "Attention",
        "how much attention went to a piece of the prompt: weights, not reasons. A long piece collects more than a "
        "short one",
        "share",
        "looked at",
    ),
    Method(
        "calibrated",
        "Calibrated attention",
        "attention by the heads that go with removal on this model. The numbers have no unit, only an order",
        "",
        "leans on, by calibrated attention",
    ),
    Method(
        "rollout",
        "Attention rollout",
        "where attention leads when it is followed through all layers",
        "share",
        "draws on, by rollout",
    ),
    Method(
        "value",
        "Value-weighted attention",
        "attention weighted by how much was carried away from each piece",
        "share",
        "took in, by value-weighted attention",
    ),
    Method(
        "gradient",
        "Gradient × input",
        "how the sentence's log-probability would begin to change with the piece's numbers, in nats",
        "nats",
        "is sensitive to, by gradient",
    ),
    Method(
        "removal",
        "Removal",
        "by how much the log-probability falls when the piece is taken away, in nats: measured, one piece at a time",
        "nats",
        "rests on, by removal",
    ),
    Method(
        "surrogate",
        "Removal, 64 random sets",
        "what a piece adds to the log-odds, fitted to 64 random removals, in nats: it sees pieces that overlap",
        "nats",
        "rests on, by random removals",
    ),
)
BY_ID = {method.id: method for method in METHODS}
DEFAULT = METHODS[0]
BY_TAP = frozenset({"rollout", "value"})
"""Those that read attention while it is computed, which not every model allows."""
BY_ATTENTION = frozenset({"attention", "calibrated", "rollout", "value"})


LARGEST = (
    "the most attention that any one layer and head gave to a piece of the prompt, scaled so that all of it is 100%: "
    "what one head looks at and the mean hides"
)


def titles(method: Method, unit: str, reduce: str = "mean") -> dict[str, str]:
    """What the reading room writes above its lists; `reduce` is how attention's layers and heads are put together."""
    if method is DEFAULT:
        return {} if reduce == "mean" else {"asked": f"Each number is {LARGEST}."}
    return {
        "average": f"What the answer {method.verb}, on average",
        "target": f"What this {unit} {method.verb}",
        "source": f"Where the answer leans on it, by {unit}",
        "asked": f"Each number says {method.says}.",
    }
