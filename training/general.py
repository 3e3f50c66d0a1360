"""General English for pre-training: one JSON object a line, "prose" with `text` or "dialogue" with `turns`."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

HELD_OUT_EVERY = 200


def general_records(folder: Path) -> Iterator[dict]:
    with gzip.open(folder / "general.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def general_texts(folder: Path, held_out: bool = False) -> Iterator[str]:
    """Plain texts; every 200th record is held out for measuring perplexity and is never trained on."""
    for number, record in enumerate(general_records(folder)):
        if (number % HELD_OUT_EVERY == 0) == held_out:
            yield record["text"] if record["kind"] == "prose" else "\n".join(record["turns"])
