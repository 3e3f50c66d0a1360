"""Faults in words that say what to do."""

import pytest

from anchoring.models.faults import ModelError, explained


def test_a_missing_module_is_named_though_another_fault_hides_it():
    hiding = RuntimeError("the quantiser failed")
    hiding.__cause__ = ModuleNotFoundError("No module named 'torchao'", name="torchao")
    with pytest.raises(ModelError, match="needs the Python module torchao"), explained("org/quantised"):
        raise hiding
