"""Settings that hold for every test: few examples, no clock, no network, and the cores shared out among workers."""

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read by huggingface_hub when it is first imported
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
if workers := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):  # read by torch when it is first imported
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // int(workers))))

import pytest
from hypothesis import HealthCheck, settings

BROWSER = Path(__file__).with_name("browser")

settings.register_profile(
    "light",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("light")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that drive a browser come first: they take longest, and the last would leave the other workers idle."""
    items.sort(key=lambda item: BROWSER not in item.path.parents)
