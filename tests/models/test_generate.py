"""Answers of several arms at once: each as if it were alone, streamed, stopped, seeded, and with its own attention."""

import itertools
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from transformers import GenerationConfig

from anchoring.models.faults import ModelError
from anchoring.models.generate import _Step, generate
from anchoring.models.load import LanguageModel
from anchoring.models.sampling import sample
from anchoring.prompting import compose
from tests.models.made import byte_level, made
from tests.models.pairs import pair
from tests.models.tiny import tiny
from tests.prompting.cards import cue, scope

CARD = scope(cue("late", "late"), cue("fine", "it's fine"))
WORDS = "Write to Tanaka: it’s fine, the parts are late. 👩‍👧"


def four():
    return [compose(WORDS, scope=CARD, framing=f, reasoning=r) for r in ("off", "grounded") for f in ("none", "card")]


def alike(one, other) -> None:
    assert one.token_ids == other.token_ids
    assert (one.text, one.finish, one.token_ends) == (other.text, other.finish, other.token_ends)
    if one.attention is not None:
        np.testing.assert_allclose(one.attention, other.attention, atol=2e-3)


@pytest.mark.parametrize("kind", ["llama", "qwen3", "gemma3", "gpt2", "phi3", "mistral", "mamba", "bloom"])
def test_arms_of_a_batch_equal_arms_alone_greedy(kind):
    model = pair(kind)
    together = generate(model, four(), max_new_tokens=12)
    for prompt, answer in zip(four(), together, strict=True):
        (alone,) = generate(model, [prompt], max_new_tokens=12)
        alike(alone, answer)
        assert answer.rendered == alone.rendered


@pytest.mark.parametrize("options", [{"temperature": 1.0}, {"temperature": 0.7, "top_p": 0.8}])
def test_sampled_arms_keep_their_tokens_whatever_stands_beside_them(options):
    model, prompts = pair(), four()
    together = generate(model, prompts, max_new_tokens=12, seed=[3, 4, 5, 6], **options)
    (last,) = generate(model, prompts[3:], max_new_tokens=12, seed=6, **options)
    middle = generate(model, prompts[2:0:-1], max_new_tokens=12, seed=[5, 4], **options)
    alike(last, together[3])
    alike(middle[0], together[2])
    alike(middle[1], together[1])
    other = generate(model, prompts, max_new_tokens=12, seed=[7, 8, 9, 10], **options)
    assert all(a.token_ids != b.token_ids for a, b in zip(together, other, strict=True))


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_run_can_be_repeated_from_what_it_records(temperature):
    model = pair()
    (first,) = generate(model, four()[:1], max_new_tokens=10, temperature=temperature, seed=11)
    s = first.settings
    (again,) = generate(
        model, [first.prompt], max_new_tokens=s.max_new_tokens, temperature=s.temperature, top_p=s.top_p, seed=s.seed
    )
    assert again.token_ids == first.token_ids
    assert np.array_equal(again.attention, first.attention)


def test_greedy_is_plain_greedy_whatever_the_models_own_generation_settings_say():
    tokenizer = made("byte-level", "plain turns")
    plain = LanguageModel(tiny("llama", vocab_size=len(tokenizer)), tokenizer)
    opinionated = LanguageModel(tiny("llama", vocab_size=len(tokenizer)), tokenizer)
    opinionated.hf.generation_config = GenerationConfig(
        do_sample=True, temperature=0.3, top_k=5, repetition_penalty=3.0, no_repeat_ngram_size=2, num_beams=3
    )
    prompts = four()[:2]
    for a, b in zip(*(generate(m, prompts, max_new_tokens=16) for m in (plain, opinionated)), strict=True):
        assert a.token_ids == b.token_ids
    rendered = generate(plain, prompts[:1], max_new_tokens=6)[0].rendered
    ids = list(rendered.token_ids)
    for _ in range(6):
        with torch.no_grad():
            ids.append(int(plain.hf(torch.tensor([ids])).logits[0, -1].argmax()))
    assert tuple(ids[-6:]) == generate(plain, prompts[:1], max_new_tokens=6)[0].token_ids


def test_attention_rows_sum_to_one_over_each_arms_own_sources():
    for answer in generate(pair(), four(), max_new_tokens=7):
        tokens, _layers, _heads, columns = answer.attention.shape
        assert (tokens, columns) == (len(answer.token_ids), len(answer.rendered.sources) + 1)
        np.testing.assert_allclose(answer.attention.astype(np.float32).sum(-1), 1, atol=5e-3)
        assert answer.attention.dtype == np.float16
        assert not answer.attention[0, ..., -1].any()


def test_capture_changes_no_token_and_can_be_left_out():
    model = pair()
    without = generate(model, four(), max_new_tokens=8, capture=False)
    for a, b in zip(generate(model, four(), max_new_tokens=8), without, strict=True):
        assert a.token_ids == b.token_ids
        assert b.attention is None


def test_a_model_whose_attention_cannot_be_read_still_answers():
    model = pair("mamba")
    assert not model.tapped
    assert generate(model, four()[:1], max_new_tokens=4)[0].attention is None


def test_steps_report_texts_that_only_grow_and_end_as_the_answers():
    steps = []
    answers = generate(pair(), four(), max_new_tokens=15, temperature=1.5, seed=2, on_step=steps.append)
    assert len(steps) == max(len(a.token_ids) + (a.finish == "end") for a in answers)
    for row, answer in enumerate(answers):
        seen = [step[row] for step in steps]
        assert all(b.text.startswith(a.text) and b.tokens >= a.tokens for a, b in itertools.pairwise(seen))
        assert seen[-1].text == answer.text
        assert (seen[-1].thought_span, seen[-1].answer_span) == (answer.thought_span, answer.answer_span)
        assert all("\ufffd" not in s.text[-1:] for s in seen)


def test_stop_ends_within_a_token_and_keeps_the_text():
    stop, steps = threading.Event(), []

    def on_step(partials):
        steps.append(partials)
        if len(steps) == 3:
            stop.set()

    answers = generate(pair(), four(), max_new_tokens=50, on_step=on_step, stop=stop)
    assert len(steps) == 3
    assert all(a.finish in ("stopped", "end") and len(a.token_ids) <= 3 for a in answers)
    assert any(a.finish == "stopped" for a in answers)
    assert [a.text for a in answers] == [p.text for p in steps[-1]]
    assert all(len(a.attention) == len(a.token_ids) for a in answers)


def test_stop_set_once_all_is_generated_does_not_mark_the_run_as_stopped():
    stop = threading.Event()
    (answer,) = generate(
        pair(), four()[:1], max_new_tokens=3, stop=stop, on_step=lambda p: stop.set() if p[0].tokens == 3 else None
    )
    assert answer.finish == "length"


def test_threads_at_once_get_their_own_tokens_and_attention():
    model, prompts = pair(), four()
    alone = [generate(model, [p], max_new_tokens=25, temperature=1.0, seed=n) for n, p in enumerate(prompts)]
    got, gate = [None] * 4, threading.Barrier(4)

    def work(n):
        gate.wait()
        got[n] = generate(model, [prompts[n]], max_new_tokens=25, temperature=1.0, seed=n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for (a,), (b,) in zip(alone, got, strict=True):
        assert a.token_ids == b.token_ids
        assert np.array_equal(a.attention, b.attention)


def test_a_prompt_longer_than_the_context_says_by_how_much():
    model = pair(max_position_embeddings=64)
    (prompt,) = four()[1:2]
    rendered = len(generate(pair(), [prompt], max_new_tokens=1)[0].rendered.token_ids)
    with pytest.raises(ModelError) as refused:
        generate(model, [prompt], max_new_tokens=5)
    assert f"The prompt has {rendered} tokens, {rendered + 1 - 64} more than" in str(refused.value)
    assert "context of 64" in str(refused.value)


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_the_answer_is_capped_where_the_context_ends(kind):
    name = "n_positions" if kind == "gpt2" else "max_position_embeddings"
    prompt = compose("hello there")
    used = len(generate(pair(kind), [prompt], max_new_tokens=1)[0].rendered.token_ids)
    model = pair(kind, **{name: used + 5})
    assert model.context == used + 5
    (answer,) = generate(model, [prompt], max_new_tokens=100, temperature=1.0, seed=1)
    assert len(answer.token_ids) == 5 or answer.finish == "end"
    assert answer.settings.max_new_tokens == 100


def test_near_the_end_of_the_context_each_answer_has_its_own_room(monkeypatch):
    monkeypatch.setattr(sys.modules["anchoring.models.generate"], "_end_tokens", lambda model: frozenset())
    monkeypatch.setattr(sys.modules["anchoring.models.generate"], "loops", lambda tokens: False)
    short, long = compose("hello"), compose("hello there, " * 3)
    used = [len(generate(pair(), [p], max_new_tokens=1)[0].rendered.token_ids) for p in (short, long)]
    model = pair(max_position_embeddings=used[1] + 4)
    alone = [generate(model, [p], max_new_tokens=60)[0] for p in (short, long)]
    together = generate(model, [short, long], max_new_tokens=60)
    assert [a.token_ids for a in together] == [a.token_ids for a in alone]
    assert (len(together[1].token_ids), together[1].finish) == (4, "length")
    assert len(together[0].token_ids) == min(60, used[1] + 4 - used[0])
    assert [len(a.attention) for a in together] == [len(a.token_ids) for a in together]


def test_where_stopping_is_heeded_a_step_late_no_padding_becomes_text():
    stop, steps = threading.Event(), []
    batch = SimpleNamespace(stop=stop, step=steps.append, done=lambda row: False)
    step = _Step(batch)
    assert not step(torch.tensor([[5, 6]]), None).any()
    stop.set()
    assert step(torch.tensor([[5, 7]]), None).all()
    assert step(torch.tensor([[5, 0]]), None).all()
    assert steps == [[6], [7]]


@pytest.mark.parametrize("listed", [False, True])
def test_end_tokens_of_the_generation_settings_end_an_answer_and_stay_out_of_it(listed):
    tokenizer = made("byte-level", "plain turns")
    model = LanguageModel(tiny("llama", vocab_size=len(tokenizer)), tokenizer)
    (free,) = generate(model, four()[:1], max_new_tokens=10, temperature=1.0, seed=5)
    end = free.token_ids[6]
    model.hf.generation_config.eos_token_id = [end, 2] if listed else end
    (ended,) = generate(model, four()[:1], max_new_tokens=10, temperature=1.0, seed=5)
    cut = free.token_ids.index(end)
    assert ended.token_ids == free.token_ids[:cut]
    assert ended.finish == "end"
    assert len(ended.attention) == cut


def test_one_arm_that_ends_early_leaves_the_others_their_tokens():
    tokenizer = made("byte-level", "plain turns")
    model = LanguageModel(tiny("llama", vocab_size=len(tokenizer)), tokenizer)
    free = generate(model, four(), max_new_tokens=14, temperature=1.0, seed=[1, 2, 3, 4])
    model.hf.generation_config.eos_token_id = free[2].token_ids[3]
    ended = generate(model, four(), max_new_tokens=14, temperature=1.0, seed=[1, 2, 3, 4])
    assert ended[2].finish == "end"
    assert len(ended[2].token_ids) <= 3
    for before, after in zip(free, ended, strict=True):
        assert before.token_ids[: len(after.token_ids)] == after.token_ids
        np.testing.assert_allclose(before.attention[: len(after.token_ids)], after.attention, atol=2e-3)


def test_a_tokenizer_without_end_or_padding_works_in_a_batch():
    tokenizer = byte_level("{% for m in messages %}{{ m.content }}\n{% endfor %}")
    tokenizer.pad_token = tokenizer.eos_token = tokenizer.bos_token = None
    model = LanguageModel(tiny("llama", vocab_size=len(tokenizer)), tokenizer)
    together = generate(model, four(), max_new_tokens=6)
    for prompt, answer in zip(four(), together, strict=True):
        alike(generate(model, [prompt], max_new_tokens=6)[0], answer)
    assert tokenizer.pad_token is None


def test_a_prompt_that_ends_inside_a_thought_begins_the_answer_with_it():
    (answer,) = generate(pair(chat="ends inside a thought"), four()[:1], max_new_tokens=5)
    assert answer.thought_span == (0, len(answer.text))
    assert answer.answer == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_new_tokens": 0}, "max_new_tokens is 0"),
        ({"max_new_tokens": 9000}, "max_new_tokens is 9000"),
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"temperature": 5.1}, "temperature is 5.1"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"top_p": 0}, "top_p is 0"),
        ({"top_p": 1.2}, "top_p is 1.2"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**70}, "seed is "),
        ({"seed": [1, 2]}, "2 seeds for 1 prompts"),
    ],
)
def test_settings_out_of_range_are_refused_in_words(options, message):
    with pytest.raises(ValueError, match=message):
        generate(pair(), four()[:1], **options)


def test_no_prompts_no_answers():
    assert generate(pair(), []) == []


def test_a_fault_while_answering_is_told_as_such():
    class Failing(type(pair().hf)):
        def forward(self, *args, **kwargs):
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    tokenizer = made("byte-level", "plain turns")
    hf = tiny("llama", vocab_size=len(tokenizer))
    hf.__class__ = Failing
    with pytest.raises(ModelError, match="not enough memory for small to answer"):
        generate(LanguageModel(hf, tokenizer, id="small"), four()[:1])


def generators(n: int):
    return [torch.Generator().manual_seed(s) for s in range(n)]


def test_the_least_temperature_and_the_least_top_p_draw_the_likeliest():
    scores = torch.randn(50, 30, generator=torch.Generator().manual_seed(0)) * 20
    for temperature, top_p in ((1e-40, 1.0), (1e-6, 1.0), (5.0, 1e-9)):
        assert sample(scores, temperature, top_p, generators(50)).argmax(-1).equal(scores.argmax(-1))


def test_top_p_keeps_the_smallest_set_that_reaches_it():
    scores = torch.tensor([[0.5, 0.3, 0.15, 0.05]]).log().expand(400, 4)
    drawn = {p: set(sample(scores, 1.0, p, generators(400)).argmax(-1).tolist()) for p in (0.4, 0.6, 0.9, 1.0)}
    assert drawn == {0.4: {0}, 0.6: {0, 1}, 0.9: {0, 1, 2}, 1.0: {0, 1, 2, 3}}


def test_draws_follow_the_probabilities():
    scores = torch.tensor([[0.7, 0.2, 0.1]]).log().expand(3000, 3)
    counts = sample(scores, 1.0, 1.0, generators(3000)).argmax(-1).bincount() / 3000
    assert torch.allclose(counts, torch.tensor([0.7, 0.2, 0.1]), atol=0.03)


def test_impossible_tokens_are_never_drawn():
    scores = torch.full((200, 5), -torch.inf)
    scores[:, 2:4] = 0.0
    assert set(sample(scores, 2.0, 0.99, generators(200)).argmax(-1).tolist()) == {2, 3}
