"""Tokenizers of three families, made on the spot, and chat templates of the kinds that models bring."""

from functools import cache

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import ByT5Tokenizer, PreTrainedTokenizerFast

SAMPLE = [
    "Write to Tanaka-san: the parts are late. It is fine, really!",
    "system user assistant Setting Role Cue think Answer User Instructions",
    "部品が遅れています。検討します。 ありがとうございます",
    "नमस्ते जी कैसे हैं สวัสดีครับ السلام عليكم",
    "the cat and the hat; a little late today. 1234567890 <|>[]{}#",
] * 4
SPECIAL = ["<pad>", "<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]


def _special():
    return [AddedToken(text, special=True, normalized=False) for text in SPECIAL]


def _wrapped(tokenizer: Tokenizer, unknown: str | None = None, template: str | None = None):
    tokenizer.add_special_tokens(_special())
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        bos_token="<s>",
        eos_token="</s>",
        unk_token=unknown,
        chat_template=template,
    )


def byte_level(template: str | None = None, think: bool = False):
    """Byte-level BPE, as GPT-2, Llama 3 and Qwen."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=420, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(SAMPLE, trainer)
    if think:
        tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in ("<think>", "</think>")])
    return _wrapped(tokenizer, template=template)


def sentencepiece(template: str | None = None):
    """Unigram with a normaliser and ▁ for spaces, as T5, XLM-R and the Llamas before 3; what it doesn't know is unk."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=160, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False, initial_alphabet=["▁"]
    )
    tokenizer.train_from_iterator(SAMPLE, trainer)
    return _wrapped(tokenizer, "<unk>", template)


def characters(template: str | None = None):
    """One token a character; unknown ones are unk."""
    alphabet = sorted({c for line in SAMPLE for c in line} | {"\n"})
    vocabulary = {"<unk>": 0} | {c: n for n, c in enumerate(alphabet, 1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    return _wrapped(tokenizer, "<unk>", template)


def slow(template: str | None = None):
    """A tokenizer in Python, which knows no offsets: ByT5's bytes."""
    tokenizer = ByT5Tokenizer(extra_ids=0)
    tokenizer.add_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL[3:]])
    tokenizer.chat_template = template
    return tokenizer


MAKERS = {"byte-level": byte_level, "sentencepiece": sentencepiece, "characters": characters, "slow": slow}


@cache
def made(family: str, template: str | None = None):
    """The tokenizer of a family with a template of TEMPLATES; made once, since making takes time."""
    return MAKERS[family](TEMPLATES[template] if template else None)


def _turns(content: str) -> str:
    return "{% for m in messages %}<|{{ m.role }}|>" + content + "<|end|>\n{% endfor %}<|assistant|>\n"


TEMPLATES = {
    "plain turns": _turns("\n{{ m.content }}"),
    "trims": _turns("\n{{ m.content | trim }}\n"),
    "trims, beginning first": "<s>" + _turns(" {{ m.content | trim }}"),
    "trims the end": _turns("{{ m.content.rstrip() }}\n\n"),
    "refuses a system role": (
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
        "<s>{% for m in messages %}<|user|>{{ m.content | trim }}<|end|>{% endfor %}<|assistant|>"
    ),
    "passes over a system role": (
        "{% for m in messages if m.role == 'user' %}<|user|>{{ m.content }}<|end|>{% endfor %}<|assistant|>"
    ),
    "thinking": _turns("{{ m.content }}") + "{% if not enable_thinking %}<think>\n\n</think>\n\n{% endif %}",
    "ends inside a thought": _turns("{{ m.content }}") + "<think>\n",
    "Llama 3": (
        "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
        "{{ m.content | trim }}<|eot_id|>{% endfor %}<|start_header_id|>assistant<|end_header_id|>\n\n"
    ),
    "ChatML": (
        "{% if messages[0].role != 'system' %}<|im_start|>system\nYou are helpful.<|im_end|>\n{% endif %}"
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        "<|im_start|>assistant\n"
    ),
    "a date in front": (
        "{{ bos_token }}Today is {{ strftime_now('%d %B %Y') }}.\n\n"
        "{% for m in messages %}{{ m.role }}: {{ m.content.strip() }}\n{% endfor %}assistant:"
    ),
    "system inside the user's turn": (
        "<s>[INST] {% if messages[0].role == 'system' %}{{ messages[0].content }}\n\n{% endif %}"
        "{{ messages[-1].content }} [/INST]"
    ),
}
