"""The tap changes nothing, and what it reads is what eager attention computes."""

import threading

import numpy as np
import pytest
import torch
from transformers import AttentionInterface, StaticCache

from anchoring.models import tap as tap_module
from anchoring.models.interface import NAME, install
from anchoring.models.tap import Tap, TapError, TapSilent
from tests.models.tapping import SOURCES, generate, prompts
from tests.models.tiny import tiny

READABLE = ["llama", "qwen3", "gemma2", "gemma3", "gpt2", "phi3", "mistral", "lfm2", "gemma4", "diffllama"]


def eager_rows(kind: str, ids, mask, groups, steps: int = 10):
    """(tokens, rows): eager attention's own maps of a greedy run, pooled by plain loops."""
    model = tiny(kind, "eager")
    out = generate(model, ids, mask, steps, output_attentions=True, return_dict_in_generate=True)
    prompt, total = ids.shape[1], out.sequences.shape[1]
    column = torch.full((len(ids), total), SOURCES)
    column[:, :prompt] = groups
    rows = []
    for maps in out.attentions:
        layers = []
        for weights in maps:
            last = weights[:, :, -1]  # [batch, heads, keys]; a sliding cache holds the newest keys only
            end = prompt + len(rows)
            where = column[:, end - last.shape[-1] : end]
            layers.append(torch.stack([(last * (where == s)[:, None]).sum(-1) for s in range(SOURCES + 1)], dim=-1))
        rows.append(torch.stack(layers, dim=1))
    return out.sequences, torch.stack(rows, dim=1).numpy()


@pytest.mark.parametrize("kind", READABLE)
@pytest.mark.parametrize("pads", [(0,), (3, 0, 7, 1)], ids=["one", "four padded"])
def test_rows_and_greedy_tokens_equal_those_of_eager_attention(kind, pads):
    ids, mask, groups = prompts(len(pads), pads=pads)
    expected_tokens, expected = eager_rows(kind, ids, mask, groups)
    model = tiny(kind)
    assert install(model)
    with Tap(groups, SOURCES) as tap:
        written = generate(model, ids, mask)
    assert torch.equal(written, expected_tokens)
    rows = tap.rows()
    assert rows.dtype == np.float32
    assert rows.shape == expected.shape == (len(pads), 10, len(tap.layers), 4, SOURCES + 1)
    np.testing.assert_allclose(rows, expected, atol=1e-5)
    np.testing.assert_allclose(rows.sum(-1), 1, atol=1e-5)
    assert rows.std() > 0.05  # far from even: a wrong column could not pass unseen


@pytest.mark.parametrize("kind", READABLE)
def test_output_is_bit_for_bit_that_of_the_model_as_it_was(kind):
    ids, mask, groups = prompts(2, pads=(2, 0))
    options = {"output_logits": True, "return_dict_in_generate": True}
    plain = generate(tiny(kind), ids, mask, **options)
    model = tiny(kind)
    install(model)
    off = generate(model, ids, mask, **options)
    with Tap(groups, SOURCES):
        on = generate(model, ids, mask, **options)
    for run in (off, on):
        assert torch.equal(run.sequences, plain.sequences)
        assert all(torch.equal(a, b) for a, b in zip(run.logits, plain.logits, strict=True))


def test_sampled_output_is_the_same_with_the_tap():
    ids, mask, groups = prompts(2)
    model, plain = tiny("qwen3"), tiny("qwen3")
    install(model)
    torch.manual_seed(11)
    expected = generate(plain, ids, mask, do_sample=True, temperature=1.5)
    torch.manual_seed(11)
    with Tap(groups, SOURCES) as tap:
        written = generate(model, ids, mask, do_sample=True, temperature=1.5)
    assert torch.equal(written, expected)
    np.testing.assert_allclose(tap.rows().sum(-1), 1, atol=1e-5)


def test_half_precision_rows_sum_to_1_and_the_output_is_untouched():
    ids, mask, groups = prompts()
    model, plain = tiny("llama", dtype=torch.bfloat16), tiny("llama", dtype=torch.bfloat16)
    install(model)
    with Tap(groups, SOURCES) as tap:
        written = generate(model, ids, mask)
    assert torch.equal(written, generate(plain, ids, mask))
    np.testing.assert_allclose(tap.rows().sum(-1), 1, atol=1e-4)


@pytest.mark.parametrize("kind", ["llama", "gemma3", "mistral", "gpt2", "gemma2"])
@pytest.mark.parametrize("chunk", [1, 1 << 22], ids=["row by row", "at once"])
def test_one_forward_over_prompt_and_answer_gives_the_rows_of_the_run(kind, chunk, monkeypatch):
    ids, mask, groups = prompts(2, pads=(4, 0))
    model = tiny(kind)
    install(model)
    with Tap(groups, SOURCES) as during:
        written = generate(model, ids, mask)
    monkeypatch.setattr(tap_module, "CHUNK_FLOATS", chunk)
    full = torch.nn.functional.pad(mask, (0, 9), value=1)
    with Tap(groups, SOURCES) as after, torch.no_grad():
        model(written[:, :-1], attention_mask=full, position_ids=(full.cumsum(-1) - 1).clamp(min=0), use_cache=False)
    np.testing.assert_allclose(after.rows(), during.rows(), atol=1e-4)


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_rows_of_one_forward_do_not_depend_on_the_later_keys_that_are_left_out(kind, monkeypatch):
    ids, mask, groups = prompts(2)
    model = tiny(kind)
    install(model)
    with Tap(groups, SOURCES) as during:
        written = generate(model, ids, mask)
    monkeypatch.setattr(tap_module, "CAUSAL_ROWS", 4)
    monkeypatch.setattr(Tap, "listens", lambda *_: False)
    sizes = []
    whole = tap_module._shares
    monkeypatch.setattr(tap_module, "_shares", lambda q, k, *rest: sizes.append(k.shape[2]) or whole(q, k, *rest))
    with Tap(groups, SOURCES) as after, torch.no_grad():
        model(written[:, :-1], use_cache=False)
    np.testing.assert_allclose(after.rows(), during.rows(), atol=1e-4)
    assert min(sizes) < max(sizes) == written.shape[1] - 1


@pytest.mark.parametrize("kind", ["llama", "qwen3", "gpt2", "phi3", "lfm2"])
@pytest.mark.parametrize("inference", [torch.no_grad, torch.inference_mode])
def test_rows_of_one_forward_can_be_read_from_the_prompts_keys_alone(kind, inference, monkeypatch):
    ids, mask, groups = prompts(2)
    model = tiny(kind)
    install(model)
    with Tap(groups, SOURCES) as during:
        written = generate(model, ids, mask)
    plain = tiny(kind)(written[:, :-1], use_cache=False).logits
    widths = []
    read = tap_module._scores
    monkeypatch.setattr(tap_module, "_scores", lambda q, k, *rest: widths.append(k.shape[2]) or read(q, k, *rest))
    monkeypatch.setattr(tap_module, "CHUNK_FLOATS", 4 * ids.numel() * 4)  # a few rows at a time
    with Tap(groups, SOURCES) as after, inference():
        logits = model(written[:, :-1], use_cache=False).logits
    assert torch.equal(logits, plain), "what is heard changes nothing"
    assert len(widths) > len(after.layers)
    assert set(widths) == {ids.shape[1]}
    np.testing.assert_allclose(after.rows(), during.rows(), atol=1e-4)
    np.testing.assert_allclose(after.rows().sum(-1), 1, atol=1e-5)


@pytest.mark.parametrize("kind", ["llama", "gemma3", "mistral"])
def test_rows_do_not_depend_on_how_many_steps_are_read_together(kind, monkeypatch):
    ids, mask, groups = prompts(2, length=4, pads=(2, 0))  # shorter than the windows: these fill up on the way
    model = tiny(kind)
    install(model)
    rows = []
    for steps in (1, 3, 32):
        monkeypatch.setattr(tap_module, "BLOCK_STEPS", steps)
        with Tap(groups, SOURCES) as tap:
            generate(model, ids, mask)
        rows.append(tap.rows())
    np.testing.assert_allclose(rows[1], rows[0], atol=1e-6)
    np.testing.assert_allclose(rows[2], rows[0], atol=1e-6)


def test_a_long_run_outgrows_the_first_sheet_of_columns():
    ids, mask, groups = prompts(length=6)
    model = tiny("llama")
    install(model)
    with Tap(groups, SOURCES) as tap:
        generate(model, ids, mask, steps=270)
    rows = tap.rows()
    assert rows.shape[1] == 270
    np.testing.assert_allclose(rows.sum(-1), 1, atol=1e-4)
    own = rows[0, :, :, :, SOURCES].mean((1, 2))
    assert own[-100:].mean() > own[1:4].mean()  # by then most keys are the run's own


@pytest.mark.parametrize("kind", ["llama", "gemma3"])
def test_without_a_cache_and_with_a_prompt_in_pieces_the_rows_are_the_same(kind):
    ids, mask, groups = prompts()
    model = tiny(kind)
    install(model)
    rows = []
    for options in ({}, {"use_cache": False}, {"prefill_chunk_size": 4}):
        with Tap(groups, SOURCES) as tap:
            generate(model, ids, mask, **options)
        rows.append(tap.rows())
    np.testing.assert_allclose(rows[1], rows[0], atol=1e-4)
    np.testing.assert_allclose(rows[2], rows[0], atol=1e-4)


@pytest.mark.parametrize("kind", ["llama", "gemma3"])
def test_a_static_cache_gives_the_same_rows(kind):
    ids, mask, groups = prompts(2, pads=(3, 0))
    model = tiny(kind)
    install(model)
    with Tap(groups, SOURCES) as dynamic:
        written = generate(model, ids, mask)
    cache = StaticCache(config=model.config, max_cache_len=40)
    with Tap(groups, SOURCES) as static, torch.no_grad():
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        for step in range(10):
            seen = torch.nn.functional.pad(mask, (0, step), value=1)
            new = written[:, :14] if step == 0 else written[:, 13 + step : 14 + step]
            where = positions if step == 0 else positions[:, -1:] + step
            model(new, attention_mask=seen, position_ids=where, past_key_values=cache)
    np.testing.assert_allclose(static.rows(), dynamic.rows(), atol=1e-4)


def test_a_position_bias_is_part_of_the_row():
    query, key, bias = torch.randn(1, 2, 6, 8), torch.randn(1, 2, 6, 8), torch.randn(1, 2, 6, 6) * 3
    attend = AttentionInterface()[NAME]
    with Tap(torch.tensor([[0, 0, 1, 1, 2]]), 3) as tap:
        attend(torch.nn.Identity(), query, key, key, None, scaling=0.3, position_bias=bias)
    last = (query @ key.transpose(2, 3) * 0.3 + bias).softmax(-1)[0, :, 5]
    expected = torch.stack([last[:, :2].sum(-1), last[:, 2:4].sum(-1), last[:, 4], last[:, 5]], dim=-1)
    np.testing.assert_allclose(tap.rows()[0, 1, 0], expected, atol=1e-6)


def test_two_threads_on_one_model_each_get_their_own_rows_and_tokens():
    model = tiny("llama")
    install(model)
    jobs = [prompts(1, 12), prompts(2, 19, pads=(5, 0)), prompts(1, 8)]
    alone = []
    for ids, mask, groups in jobs:
        with Tap(groups, SOURCES) as tap:
            alone.append((generate(model, ids, mask, steps=30), tap))
    start, results = threading.Barrier(len(jobs)), {}

    def work(index, ids, mask, groups):
        start.wait()
        if index == 2:  # this one has no tap: nothing of it may show in the others'
            results[index] = generate(model, ids, mask, steps=30), None
            return
        with Tap(groups, SOURCES) as tap:
            results[index] = generate(model, ids, mask, steps=30), tap

    threads = [threading.Thread(target=work, args=(index, *job)) for index, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, (written, tap) in enumerate(alone):
        assert torch.equal(results[index][0], written)
        if index < 2:
            np.testing.assert_array_equal(results[index][1].rows(), tap.rows())


def test_rows_of_a_prompt_with_fewer_sources_leave_no_gap():
    ids, mask, groups = prompts(2)
    groups[1] = groups[1].clamp(max=1)
    model = tiny("llama")
    install(model)
    with Tap(groups, [SOURCES, 2]) as tap:
        generate(model, ids, mask)
    assert tap.rows()[1, ..., 2:SOURCES].max() == 0
    assert tap.rows_of(1).shape[-1] == 3
    np.testing.assert_allclose(tap.rows_of(1).sum(-1), 1, atol=1e-5)
    assert tap.rows_of(0).shape[-1] == SOURCES + 1


def test_a_tap_ends_with_its_block_and_gives_the_outer_one_back():
    ids, mask, groups = prompts()
    model = tiny("llama")
    install(model)
    with Tap(groups, SOURCES) as outer:
        with Tap(groups, SOURCES) as inner:
            generate(model, ids, mask, steps=3)
        generate(model, ids, mask, steps=5)
    generate(model, ids, mask, steps=2)
    assert (inner.rows().shape[1], outer.rows().shape[1]) == (3, 5)


def test_only_layers_with_attention_are_named():
    ids, mask, groups = prompts()
    model = tiny("lfm2")
    install(model)
    with Tap(groups, SOURCES) as tap:
        generate(model, ids, mask, steps=2)
    assert tap.layers == [1]


def test_a_model_that_never_calls_the_tap_says_so():
    ids, mask, groups = prompts()
    with Tap(groups, SOURCES) as tap:
        generate(tiny("llama", "eager"), ids, mask, steps=2)
    with pytest.raises(TapSilent, match="does not pass through us"):
        tap.rows()


def test_a_model_that_runs_its_layers_several_times_for_a_token_says_so():
    ids, mask, groups = prompts()
    model = tiny("hrm_text")
    install(model)
    with Tap(groups, SOURCES) as tap:
        generate(model, ids, mask, steps=2)
    with pytest.raises(TapError, match="several times"):
        tap.rows()


def test_rows_that_fall_on_no_token_are_never_shown():
    with Tap(torch.tensor([[0, 0, 1, 1]]), 2) as tap:
        tap.read_weights(torch.nn.Identity(), torch.full((1, 2, 4, 4), 0.2))
    with pytest.raises(TapError, match="goes to no token"):
        tap.rows()


def test_a_batch_that_is_not_the_taps_is_an_error():
    ids, mask, _ = prompts(2)
    model = tiny("llama")
    install(model)
    with pytest.raises(ValueError, match="batch of 1; the model ran 2"), Tap(prompts()[2], SOURCES):
        generate(model, ids, mask, steps=1)


def test_groups_that_do_not_fit_are_an_error():
    groups = prompts(2)[2]
    with pytest.raises(ValueError, match="beyond n_sources"):
        Tap(groups, SOURCES - 1)
    with pytest.raises(ValueError, match="3 numbers of sources"):
        Tap(groups, [SOURCES] * 3)
