"""Checkpoints: a run that was broken off goes on where it was."""

from dataclasses import replace

import torch

from tests.training.tiny_model import PRESET, batch, model, tagger
from training import checkpoint
from training.checkpoint import State
from training.tagging import Tagger
from training.train import losses_of, optimisers, rate


def _steps(net, head, opts, numbers) -> list[float]:
    losses = []
    for number in numbers:
        loss, tags = losses_of(net, net.model, head, batch(number))
        (loss + tags).backward()
        losses.append(loss.item())
        for opt in opts:
            opt.step()
            opt.zero_grad(set_to_none=True)
    return losses


def _slots(opts) -> dict[tuple, torch.Tensor]:
    states = [(n, i, s) for n, o in enumerate(opts) for i, s in o.state_dict()["state"].items()]
    return {(n, i, name): torch.as_tensor(value) for n, i, slots in states for name, value in slots.items()}


def test_a_resumed_run_has_weights_optimisers_and_count_and_goes_on_alike(tmp_path):
    net, head = model(), tagger()
    opts = optimisers(net, head, PRESET)
    _steps(net, head, opts, range(4))
    checkpoint.save(tmp_path, net, head, opts, State(step=4, batches=4, seconds=2.5))
    other, heading = model(seed=9), tagger(seed=9)
    others = optimisers(other, heading, PRESET)
    assert checkpoint.resume(tmp_path, other, heading, others) == State(4, 4, 2.5)
    before, after = _slots(opts), _slots(others)
    assert before.keys() == after.keys() != set()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert all(torch.equal(a, b) for a, b in zip(other.parameters(), net.parameters(), strict=True))
    assert _steps(other, heading, others, range(4, 7)) == _steps(net, head, opts, range(4, 7))


def test_a_head_that_is_tied_stays_tied(tmp_path):
    net, head = model(), tagger()
    checkpoint.save(tmp_path, net, head, optimisers(net, head, PRESET), State())
    other = model(seed=9)
    checkpoint.resume(tmp_path, other, head, optimisers(other, head, PRESET))
    assert other.lm_head.weight.data_ptr() == other.model.embed_tokens.weight.data_ptr()


def test_an_empty_folder_has_nothing_to_resume(tmp_path):
    net, head = model(), tagger()
    assert checkpoint.resume(tmp_path, net, head, optimisers(net, head, PRESET)) is None


def test_a_new_stage_takes_over_aids_and_optimisers_and_counts_from_nothing(tmp_path):
    net, head = model(), tagger()
    opts = optimisers(net, head, PRESET)
    _steps(net, head, opts, range(2))
    checkpoint.save(tmp_path, net, head, opts, State(step=2, batches=2, seconds=1.0))
    heading = tagger(seed=9)
    others = optimisers(net, heading, PRESET)
    assert checkpoint.begin(tmp_path, heading, others) == State()
    assert torch.equal(heading.plans.weight, head.plans.weight)
    before, after = _slots(opts), _slots(others)
    assert before.keys() == after.keys() != set()
    assert all(torch.equal(before[key], after[key]) for key in before)


def test_a_new_stage_with_other_aids_or_from_an_exported_model_begins_them_anew(tmp_path):
    net, head = model(), tagger()
    assert checkpoint.begin(tmp_path, head, optimisers(net, head, PRESET)) == State()
    assert checkpoint.begin(None, head, optimisers(net, head, PRESET)) == State()
    opts = optimisers(net, head, PRESET)
    _steps(net, head, opts, range(1))
    checkpoint.save(tmp_path, net, head, opts, State(step=1))
    wider = Tagger(PRESET.hidden + 1)
    weights, others = wider.plans.weight.clone(), optimisers(net, wider, PRESET)
    assert checkpoint.begin(tmp_path, wider, others) == State()
    assert torch.equal(wider.plans.weight, weights)
    assert not _slots(others)


def test_saving_again_leaves_no_half_written_file(tmp_path):
    net, head = model(), tagger()
    opts = optimisers(net, head, PRESET)
    _steps(net, head, opts, range(1))
    for step in (1, 2):
        checkpoint.save(tmp_path, net, head, opts, State(step=step))
    assert checkpoint.resume(tmp_path, net, head, opts).step == 2
    assert not list(tmp_path.glob("*.tmp"))


def test_training_lowers_the_loss():
    net, head = model(), tagger()
    losses = _steps(net, head, optimisers(net, head, PRESET), [1] * 8)
    assert losses[-1] < losses[0] - 0.5


def test_loss_counts_only_what_counts():
    net, one = model(), batch(1)
    some = one.at % 32 >= 19
    before = losses_of(net, net.model, tagger(), replace(one, at=one.at[some], wanted=one.wanted[some], tags=None))
    logits = net(input_ids=one.ids).logits[:, 19:-1].reshape(-1, net.config.vocab_size)
    wanted = torch.nn.functional.cross_entropy(logits, one.ids[:, 20:].reshape(-1)).item()
    assert abs(before[0].item() - wanted) < 1e-4
    assert before[1] is None


def test_the_rate_warms_up_and_falls_to_nothing():
    assert rate(0, 0.0) < rate(20, 0.0) < rate(100, 0.3) == 1.0
    assert rate(100, 0.9) < rate(100, 0.7) < 1.0
    assert rate(100, 1.0) == 0.0


def test_aids_that_learned_nothing_are_not_handed_on_and_the_optimisers_are(tmp_path):
    net, head = model(), tagger()
    opts = optimisers(net, head, PRESET)
    _steps(net, head, opts, range(2))
    checkpoint.save(tmp_path, net, None, opts, State(step=2, batches=2, seconds=1.0))
    heading = tagger(seed=9)
    fresh = heading.plans.weight.clone()
    assert not checkpoint.has_aids(tmp_path, heading)
    others = optimisers(net, heading, PRESET)
    checkpoint.begin(tmp_path, heading, others)
    assert torch.equal(heading.plans.weight, fresh)
    assert _slots(others).keys() == _slots(opts).keys() != set()
    assert checkpoint.resume(tmp_path, net, heading, others) == State(2, 2, 1.0)
    checkpoint.save(tmp_path, net, head, opts, State(step=3))
    assert checkpoint.has_aids(tmp_path, heading)
