"""The Method page: what a scope is, what the toggles do, what a highlight is and what it is not. In plain words."""

import streamlit as st

from pages.entry import through_app
from pages.scope_parts.method_example import example_html
from pages.scope_parts.methods_table import methods_html
from pages.scope_parts.style import use_style

_PAPER = (
    "“Too much alignment; not enough culture”: Re-balancing cultural alignment practices in LLMs, "
    '<a href="https://arxiv.org/abs/2509.26167">arXiv 2509.26167</a>'
)
_HEAD = f"""
<header class="pap-head"><h1>Method</h1>
<p class="pap-gist">You give a model a few words from a real situation. This program shows what it answers with and
without knowing the setting, and which of your words it looked at on the way.</p>
<p class="pap-small">The ideas come from {_PAPER}.</p></header>
"""
_SCOPE = """
<section class="pap-section"><h2>A scope: one narrow setting</h2>
<p>“Culture” is too wide to put into a prompt, and a nation is no stand-in for it. A scope is narrow: these people,
doing this, here. Declining a client's request by e-mail is one. A round of mate among friends is another.</p>
<p>Its card lists the cues that people there read, and what each may mean. It also says who disagrees, where the card
stops applying, who wrote it and from where, and by when its review is due. Zoom in and there is always more, so a
card says where it ends.</p>
<p>The cards that come with this program are drafts, written from published sources by outsiders. They wait for people
from each community to correct them.</p></section>
"""
_THICK = """
<section class="pap-section"><h2>A thick answer says what it means</h2>
<p>Two people close an eyelid. One has a twitch; the other winks at a friend. A camera sees the same movement twice.
Clifford Geertz used this pair, which he took from Gilbert Ryle, to say what a thick description is: one that tells
what the act means to the people there.</p>
<p>An answer can be right and thin: it says what to do and nothing more. A thick one says what your words signal in this
setting, who risks what, what would turn the meaning round, and who there would see it otherwise.</p>
<p>The meaning is yours to judge. A model only offers a reading.</p></section>
"""
_LADDER = """
<section class="pap-section"><h2>Cultural framing: what the model is told</h2>
<p>Off, the model gets your words only. On, it gets the card as well. “Compare” runs both, so that you can see what the
framing changed. Under “Model and more” stand the other steps of the ladder:</p>
<dl class="pap-facts">
<dt>Nothing</dt><dd>Your words only.</dd>
<dt>A nationality label</dt><dd>“You are an average human being born in …” This is a control, to show what a crude label
does. It invites stereotypes.</dd>
<dt>One sentence</dt><dd>Who, doing what, where.</dd>
<dt>The card</dt><dd>The setting, the people, the cues found in your words, and a limit.</dd>
<dt>The card and questions</dt><dd>It is also asked what an insider and an observer would each read, who risks what,
what would change the meaning, and who would disagree.</dd>
<dt>Text about something else</dt><dd>A control: as many lines, about bicycles. If this changes the answer as much as
the card does, length did it.</dd>
<dt>Another scope's card</dt><dd>A control: real framing that does not fit.</dd>
</dl></section>
"""
_THOUGHT = """
<section class="pap-section"><h2>Chain-of-thought: text written before answering</h2>
<p>Switched on, the model is asked to write something down first: freely, or as a list of the cues it noticed. You find
it folded above the answer.</p>
<p>Read it as text the model wrote before answering. It can help the answer. It is no window into how the answer came
about: models have been shown to leave out what really swayed them and to give a tidy story in its
place.</p>
<p>Whether the answer leaned on it can be measured. The text before the answer is a source like the pieces of your
prompt: a row of its own shows how much of the attention went to it, and how much less likely the answer becomes
without it.</p></section>
"""
_HIGHLIGHTS = """
<section class="pap-section"><h2>Highlights: where the model looked</h2>
<p>A model writes one small piece of text at a time. For each piece it spreads its attention, one hundred parts in all,
over everything before it: your words, the framing, and what it has written so far. The colours show these shares. Hue
and underline say what kind of text it is; the stronger the colour, the larger the share.</p>
<p>Point at a sentence of an answer, or reach it with the Tab key, and its sources light up. Click, or press Enter, to
keep them. Escape lets go.</p>
<ul role="list" class="pap-plain">
<li>Shares are averages over many parts of the model. You can choose some of those parts under “Layers and heads”.</li>
<li>Often a large share falls on the very first piece and on the model's own markup, whatever you ask. It has little
to say, and it is shown in a row of its own so that nothing is hidden.</li>
<li>Words that the model wrote itself a moment ago have a row, too; they can take the largest share.</li>
</ul></section>
"""
_LIMITS = """
<section class="pap-section"><h2>What a highlight cannot tell you</h2>
<p><strong>Attention is a weight, not a reason.</strong> A word can be looked at and change nothing. A word can decide
the answer and hardly be looked at, because its meaning was gathered into other words before. So a strong colour is a
place to ask, no proof.</p>
<p>What may be believed is a removal test. The program takes each piece of the prompt away, once, and keeps the answer
as it was. Then it measures how much less likely each sentence has become: “10× less likely”. “More likely” means that
the piece spoke against it. Where numbers are in nats, 0.7 is half as likely and 2.3 a tenth. A firm frame marks the
pieces without which a sentence is at most half as likely, as long as their fall in nats is at least a quarter of the
largest: beside a piece without which it is 160× less likely, one needs 3.6×.</p>
<p>Every sentence says whether removal backs its highlight:</p>
<dl class="pap-facts">
<dt>✓ Backed by removal</dt><dd>The piece with the strongest colour is one that the sentence rests on.</dd>
<dt>◐ Partly backed</dt><dd>That one is not, but the second or third strongest is (of few pieces, one in the stronger
half).</dd>
<dt>✕ Not backed</dt><dd>None of these is, or no single piece decides the sentence.</dd>
<dt>? Too few sources to tell</dt><dd>Fewer than three pieces can be taken away.</dd>
</dl>
<p>Beside that stands the <strong>LDS</strong>, the linear datamodelling score. Pieces of the prompt are taken away at
random, up to 32 times over. Do the colours foretell how the sentence fares each time? 1 is perfect, 0 is chance, below
0 is worse than chance. It is there where it can be measured in a moment; for other runs, and for other methods beside
each other, look under “Checks”.</p>
<p>Removal has a blind spot. If two pieces say the same thing, either can go and nothing changes. “Removal, 64 random
sets” takes many pieces away at a time and finds such pairs more often. You can also take one piece away yourself, or
swap it for another, and read the new answer.</p>
<ul role="list" class="pap-plain">
<li>One run is one run. Change a word, and the answer may change for no reason that has to do with culture.</li>
<li>The model that comes with the program is very small and has learned only these scopes. Its mistakes are its
own and say nothing about any community.</li>
<li>No answer here speaks for a community. Where a card says “explain only”, the model is asked not to write words to
be used in it.</li>
<li>Nobody but people can say whether an answer is thick, or right.</li>
</ul></section>
"""
_SOURCES = f"""
<section class="pap-section"><h2>To read more</h2>
<ul role="list" class="pap-plain"><li>{_PAPER}.</li>
<li>Clifford Geertz 1973: “Thick description: toward an interpretive theory of culture”, in The Interpretation of
Cultures, New York, Basic Books.</li>
<li>Sarthak Jain and Byron C. Wallace 2019: “Attention is not Explanation”, NAACL.</li>
<li>Sung Min Park and others 2023: “TRAK: Attributing model behavior at scale”, ICML (the LDS).</li>
<li>Miles Turpin and others 2023: “Language models don't always say what they think: unfaithful explanations in
chain-of-thought prompting”, NeurIPS.</li></ul></section>
"""


def _parts() -> str:
    before = (_HEAD, _SCOPE, _THICK, _LADDER, _THOUGHT, _HIGHLIGHTS)
    return "".join((*before, example_html(), _LIMITS, methods_html(), _SOURCES))


through_app()
use_style()
st.html(f'<article class="pap-text pap-essay">{_parts()}</article>')
with st.container(horizontal=True):
    st.page_link("pages/playground.py", label="Try it in the playground", icon=":material/compare:")
    st.page_link("pages/scopes.py", label="Read the scopes", icon=":material/menu_book:")
