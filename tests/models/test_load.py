"""Loading: what works, and for everything that can't, one clear message and nothing executed."""

import json
import shutil
import socket
import threading

import psutil
import pytest
import torch
from huggingface_hub import constants
from transformers import AutoConfig

from anchoring.models import catalogue, hub, memory
from anchoring.models.catalogue import CATALOGUE, is_here
from anchoring.models.faults import ModelError
from anchoring.models.generate import generate
from anchoring.models.load import LanguageModel, load_model
from anchoring.prompting import compose
from tests.models.made import made
from tests.models.tiny import tiny


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model's folder, as transformers writes it. Its name misleads on purpose."""
    folder = tmp_path_factory.mktemp("tokenizer-safetensors-trust_remote_code")
    tokenizer = made("byte-level", "plain turns")
    tiny("llama", vocab_size=len(tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    return shutil.copytree(saved, tmp_path / "model")


def refusal(name, **how) -> str:
    with pytest.raises(ModelError) as refused:
        load_model(str(name), **how)
    message = str(refused.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return message


def test_a_folder_loads_and_answers_as_the_pair_it_was_saved_from(folder):
    loaded = load_model(str(folder))
    tokenizer = made("byte-level", "plain turns")
    pair = LanguageModel(tiny("llama", vocab_size=len(tokenizer)), tokenizer)
    answers = [generate(m, [compose("hello there")], max_new_tokens=8)[0] for m in (loaded, pair)]
    assert answers[0].token_ids == answers[1].token_ids
    info = loaded.info
    assert (info.id, info.dtype, info.device, info.context) == (str(folder), "float32", loaded.info.device, 512)
    assert info.parameters == sum(p.numel() for p in pair.hf.parameters())
    assert loaded.tapped


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_the_dtype_is_the_one_asked_for(folder, dtype):
    assert load_model(str(folder), device="cpu", dtype=dtype).info.dtype == dtype


def test_an_unknown_dtype_or_device_is_refused(folder):
    assert refusal(folder, dtype="int7") == "Unknown dtype 'int7': use float32, bfloat16 or float16."
    assert refusal(folder, dtype="load") == "Unknown dtype 'load': use float32, bfloat16 or float16."
    assert "Unknown device 'toaster'" in refusal(folder, device="toaster")


def test_the_revision_changes_with_the_weights_and_only_then(folder):
    before = load_model(str(folder)).revision
    assert load_model(str(folder)).revision == before
    assert len(before) == 12
    changed = load_model(str(folder)).hf
    with torch.no_grad():
        next(changed.parameters()).view(-1)[0] += 1
    changed.set_attn_implementation("sdpa")
    changed.save_pretrained(folder)
    assert load_model(str(folder)).revision != before


def test_a_notebooks_pair_is_wrapped_and_left_as_it_was():
    tokenizer, hf = made("byte-level", "plain turns"), tiny("gpt2", vocab_size=427)
    before = (tokenizer.pad_token, tokenizer.eos_token, len(tokenizer))
    model = LanguageModel(hf, tokenizer)
    assert (model.id, model.revision, model.context) == ("notebook", "", 512)
    assert (tokenizer.pad_token, tokenizer.eos_token, len(tokenizer)) == before


def test_a_folder_without_a_config(folder):
    (folder / "config.json").unlink()
    assert refusal(folder) == f"The folder {folder} holds no config.json, so it is not a model's folder."


def test_a_broken_config(folder):
    (folder / "config.json").write_text('{"model_type": "llama"')
    assert refusal(folder) == f"A settings file of {folder} is not valid JSON."


@pytest.mark.parametrize("text", ["[]", "3", "null", '"llama"'])
def test_a_config_that_is_no_object(folder, text):
    (folder / "config.json").write_text(text)
    assert str(folder) in refusal(folder)


def test_a_config_of_no_known_model(folder):
    (folder / "config.json").write_text('{"model_type": "perpetuum_mobile"}')
    assert "architecture that the installed transformers doesn't know" in refusal(folder)
    (folder / "config.json").write_text("{}")
    assert "names no known type" in refusal(folder)


def test_no_tokenizer(folder):
    for file in folder.glob("token*"):
        file.unlink()
    assert refusal(folder).startswith(f"{folder} has no tokenizer that can be read")


def test_a_broken_tokenizer(folder):
    (folder / "tokenizer.json").write_text("{")
    message = refusal(folder)
    assert "tokenizer" in message or "not valid JSON" in message


def test_pickled_weights_are_refused_and_never_opened(folder):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    assert refusal(folder) == f"{folder} has no weights as safetensors, the only format that is loaded here."


def test_no_weights_at_all(folder):
    (folder / "model.safetensors").unlink()
    assert refusal(folder) == f"{folder} has no weights as safetensors, the only format that is loaded here."


def test_broken_weights(folder):
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    assert refusal(folder) == f"The weights of {folder} are damaged: download or copy them again."


def test_weights_of_another_shape_are_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"hidden_size": 96}))
    assert str(folder) in refusal(folder)


def test_weights_that_lack_a_part_are_refused_and_not_made_up(folder):
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    assert "lack" in refusal(folder)


def test_shards_outside_the_folder_are_refused(folder):
    (folder / "model.safetensors").rename(folder.parent / "elsewhere.safetensors")
    index = {"metadata": {}, "weight_map": {"lm_head.weight": "../elsewhere.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "outside its own folder" in refusal(folder)


@pytest.mark.parametrize("known", [True, False])
def test_code_that_a_model_brings_is_never_run(folder, tmp_path, known):
    marker = tmp_path / "ran"
    (folder / "evil.py").write_text(f"open({str(marker)!r}, 'w').close()\nclass Evil: pass\n")
    config = json.loads((folder / "config.json").read_text())
    auto_map = dict.fromkeys(("AutoConfig", "AutoModelForCausalLM", "AutoTokenizer"), "evil.Evil")
    config |= {"auto_map": auto_map, "architectures": ["Evil"]} | ({} if known else {"model_type": "evil"})
    (folder / "config.json").write_text(json.dumps(config))
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings |= {"auto_map": {"AutoTokenizer": ["evil.Evil", "evil.Evil"]}}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    if known:
        assert type(load_model(str(folder)).hf).__name__ == "LlamaForCausalLM"
    else:
        assert "needs code of its own to run" in refusal(folder)
    assert not marker.exists()


def test_no_causal_language_model(folder):
    AutoConfig.for_model("vit").save_pretrained(folder)
    assert refusal(folder) == f"{folder} is not a causal language model."


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Give a model"),
        ("  ", "Give a model"),
        ("./nowhere", "There is no folder ./nowhere."),
        ("/etc/passwd", "There is no folder /etc/passwd."),
        ("../../etc", "There is no folder ../../etc."),
        ("org/../../etc", "There is no folder"),
        ("C:\\models\\x", "There is no folder"),
        ("file:///etc", "There is no folder"),
        ("~nobody-at-all/x", "neither a folder nor a hub id"),
        ("x" * 5000, "neither a folder nor a hub id"),
        ("a\0b", "is not a hub id"),
        ("org/a model", "is not a hub id"),
        ("<b>x</b>", "is not a hub id"),
        ("..", "holds no config.json"),
    ],
)
def test_names_that_are_neither_folder_nor_id(name, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert message in refusal(name)


def test_offline_an_unknown_id_says_that_the_hub_is_switched_off(monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    message = "org/model is not on this machine, and the hub is switched off (HF_HUB_OFFLINE)."
    assert refusal("org/model") == message


class Hub:
    """A hub on this machine: answers every request with one status, headers and body, and counts them."""

    def __init__(self, status="200 OK", body="{}", headers=""):
        self.asked = []
        self._answer = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        ).encode()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(65536).split(b"\r\n")[0].decode())
                connection.sendall(self._answer)

    def close(self):
        self._socket.close()


@pytest.fixture
def online(monkeypatch):
    """Lets loading believe in a network, whose hub is the given one or a closed port."""
    hubs = []

    def go(**answer):
        served = Hub(**answer) if answer else None
        hubs.append(served)
        url = served.url if served else "http://127.0.0.1:9"
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "ENDPOINT", url)
        monkeypatch.setattr(hub, "HfApi", lambda: hub_api(url))
        return served

    from huggingface_hub import HfApi

    def hub_api(url):
        return HfApi(endpoint=url)

    yield go
    for served in filter(None, hubs):
        served.close()


def test_without_a_network_the_answer_is_quick_and_clear(online):
    online()
    message = "org/model is not on this machine, and the hub can't be reached: check the network."
    assert refusal("org/model") == message


def test_an_id_that_the_hub_does_not_know(online):
    served = online(status="404 Not Found", headers="X-Error-Code: RepoNotFound\r\n")
    assert refusal("org/model").startswith("The hub knows no model org/model")
    assert len(served.asked) == 1


def test_a_gated_model(online):
    online(status="403 Forbidden", headers="X-Error-Code: GatedRepo\r\n")
    assert refusal("org/model").startswith("org/model is gated: accept its licence on the hub")


def test_a_hub_model_too_big_for_memory_is_refused_before_its_download(online, monkeypatch):
    siblings = [{"rfilename": "model.safetensors", "size": 10**15}, {"rfilename": "other.bin", "size": 5}]
    online(body=json.dumps({"id": "org/model", "siblings": siblings}))
    assert hub.download_bytes("org/model") == 10**15
    config = AutoConfig.for_model("llama", dtype="bfloat16")
    with pytest.raises(ModelError, match=r"org/model needs about 1200000.0 GB of memory and .* GB is free on cpu"):
        memory.check_fits("org/model", config, torch.bfloat16, "cpu", 10**15)
    with pytest.raises(ModelError, match=r"about 2400000\.0 GB"):
        memory.check_fits("org/model", config, torch.float32, "cpu", 10**15)


def test_a_hub_that_tells_no_sizes_leaves_the_catalogues(online):
    entry = CATALOGUE[1]
    online(body=json.dumps({"id": entry.id, "siblings": []}))
    assert hub.download_bytes(entry.id) == entry.download_mb * 10**6
    assert hub.download_bytes("org/model") == 0
    online(status="500 Internal Server Error")
    assert hub.download_bytes(entry.id) == entry.download_mb * 10**6


def test_a_folder_too_big_for_memory(folder, monkeypatch):
    enough = memory.weight_bytes(str(folder), AutoConfig.from_pretrained(folder), torch.float32)
    assert enough == (folder / "model.safetensors").stat().st_size
    half = memory.weight_bytes(str(folder), AutoConfig.from_pretrained(folder), torch.bfloat16)
    assert half == enough // 2
    fields = psutil.virtual_memory()._replace(available=enough // 2)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: fields)
    assert "close other programs or choose a smaller model" in refusal(folder, device="cpu")


def test_a_cached_model_loads_without_a_request(saved, tmp_path, monkeypatch, online):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--org--model"
    shutil.copytree(saved, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    served = online(body="{}")
    assert is_here("org/model")
    model = load_model("org/model")
    assert served.asked == []
    assert (model.info.id, model.info.revision) == ("org/model", commit)


def test_is_here_looks_in_the_cache_that_the_hub_uses(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert not is_here("org/model")
    weights = tmp_path / "models--org--model" / "snapshots" / "abc" / "model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.touch()
    assert is_here("org/model")
    monkeypatch.delenv("HF_HUB_CACHE")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    assert not is_here("org/model")


def test_a_missing_bundled_model_says_so(tmp_path, monkeypatch):
    from anchoring.models import load

    monkeypatch.setattr(load, "BUNDLED_FOLDER", tmp_path)
    monkeypatch.setattr(catalogue, "BUNDLED_FOLDER", tmp_path)
    assert refusal("bundled").startswith("The bundled model's files are missing")
