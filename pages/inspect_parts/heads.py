"""One piece of the prompt, one sentence: the share of attention in every layer and head, and by rollout."""

import numpy as np
import streamlit as st

from anchoring.attribution import target_tokens
from anchoring.attribution.attention import with_own
from anchoring.models.types import Generation, Source
from pages import figures
from pages.inspect_parts.choosing import Choice
from pages.inspect_parts.computing import asked, known
from pages.inspect_parts.figures import STILL
from pages.inspect_parts.matrix import said
from pages.inspect_parts.strip import percent
from pages.playground_parts.measuring import ready
from pages.playground_parts.methods import BY_ID
from pages.playground_parts.views import captured, layers_told, source_name

ROLLOUT = BY_ID["rollout"]


def heads(choice: Choice) -> None:
    """The fourth tab."""
    said(choice)
    arm = choice.arm
    if not captured(arm):
        st.info(
            "The attention of this answer was not kept, so there are no layers and heads to show. The model may have "
            "none (as Mamba has), or compute it by code of its own that can't be read, or the run is of an earlier "
            "version. “All methods” tries to read it; removal needs none.",
            icon=":material/info:",
        )
        return
    source = _pick_source(choice)
    shares = _shares(choice, source)
    left, right = st.columns([3, 1])
    with left:
        figure = figures.grid(shares, "Attention by head")
        key = f"inspect-grid-{choice.run.id}-{choice.number}-{choice.sentence}-{source}"
        alt = "Share of the sentence's attention on the chosen piece: layers down, heads across"
        st.plotly_chart(figure, theme=None, key=key, config=STILL, alt=alt)
        layers_told(arm)
    with right:
        _told(choice, source, shares)


def _pick_source(choice: Choice) -> int:
    sources = _pieces(choice.arm)
    return st.selectbox(
        "Piece of the prompt",
        range(len(sources)),
        index=_first(choice.arm),
        format_func=lambda n: (
            f"{n + 1} · {figures.KIND_WORDS[sources[n].kind.value]} · {source_name(sources[n].text, '', sources[n].id)}"
        ),
        key=f"inspect-source-{choice.run.id}-{choice.number}",
    )


def _pieces(arm: Generation) -> tuple[Source, ...]:
    """The pieces of the prompt, and the thought where its part of the attention was read."""
    return (*arm.rendered.sources, *with_own(arm)[1][:-1])


def _first(arm: Generation) -> int:
    """The first cue; without one the first of the user's words."""
    kinds = [source.kind.value for source in arm.rendered.sources]
    return next((kinds.index(kind) for kind in ("cue", "words") if kind in kinds), 0)


def _shares(choice: Choice, source: int) -> np.ndarray:
    """float32 [layers, heads]: the mean over the sentence's tokens."""
    rows = list(target_tokens(choice.arm, choice.target))
    return with_own(choice.arm)[0][rows][..., source].astype(np.float32).mean(0)


def _told(choice: Choice, source: int, shares: np.ndarray) -> None:
    """The same in three numbers."""
    layer, head = np.unravel_index(int(shares.argmax()), shares.shape)
    st.metric(
        "Mean over all layers and heads",
        percent(float(shares.mean())),
        help="Of all the attention that this sentence's tokens gave, the share that went to this piece.",
    )
    st.metric(
        f"Most: layer {layer}, head {head}",
        percent(float(shares.max())),
        help="The head that looked at this piece most. What one head looks at need not reach the answer.",
    )
    if source >= len(choice.arm.rendered.sources) or not choice.arm.model.tapped:
        return  # rollout leads to the pieces of the prompt, and needs the tap
    rollout = known(choice, "rollout")
    if rollout is None:
        rollout = asked(choice, ROLLOUT, at_once=ready(choice.arm))
    if rollout is not None:
        share = float(rollout.scores[choice.sentence, source])
        st.metric(
            "By rollout, through all layers",
            percent(share),
            help="Where attention leads when it is followed from layer to layer, down to the pieces of the prompt.",
        )
