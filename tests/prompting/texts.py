"""Text in many scripts, for hypothesis."""

from hypothesis import strategies as st

PIECES = (
    "Write to Tanaka-san.",
    " the parts are late",
    "It's fine, really! ",
    "部品が遅れています。",
    "ありがとうございます",
    "请写信给王经理。你好吗?",
    "สวัสดีครับ ขอบคุณมาก",
    "नमस्ते जी। कैसे हैं?",
    "السلام عليكم، كيف حالك؟ ",
    "می‌توانم ",
    "Straße İstanbul ",
    "한국어 감사합니다. ",
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "🇳🇿 ",
    "❤️",
    "e\u0301a\u0308\u0323 ",
    "ｆｕｌｌ　ｗｉｄｔｈ",
    "\r\n",
    "\n\n",
    "\t",
    "\u00a0",
    "\u200b",
    "\u2028",
    "…",
    "“quoted” ‘words’",
    "½ ﬁ ",
    "𝕏𐍈",
    "<b>&amp;</b>",
    "{{ 7*7 }}",
    "e.g. Dr. No. 5 ",
)


def texts(max_size: int = 8):
    """Known pieces of many scripts in any order, with any other characters between them; never blank."""
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    piece = st.one_of(st.sampled_from(PIECES), anything)
    return st.lists(piece, min_size=1, max_size=max_size).map("".join).filter(str.strip)
