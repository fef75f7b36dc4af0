"""GX is imported without its charts and its distributions, which are still there for whoever asks."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

from evalkit.gx_polars.light_import import light_import

_FRESH = """
import sys
import evalkit.gx_polars
import great_expectations.expectations.core.expect_column_kl_divergence_to_be_less_than as divergence
print(sorted({"altair", "scipy.stats"} & sys.modules.keys()))
print(round(float(divergence.stats.entropy([0.5, 0.5])), 6), divergence.alt.Chart.__name__)
import scipy.stats
print(type(scipy.stats).__name__, round(float(scipy.stats.norm.cdf(0.0)), 6))
"""


def test_a_process_that_checks_loads_neither_charts_nor_distributions_until_they_are_used() -> None:
    told = subprocess.run([sys.executable, "-c", _FRESH], capture_output=True, text=True, check=True).stdout.split("\n")
    assert told[0] == "[]"
    assert told[1] == "0.693147 Chart", "entropy of a fair coin is ln 2"
    assert told[2] == "module 0.5"


def test_a_module_already_loaded_is_left_as_it_is() -> None:
    import json

    with light_import("json", "this_module_is_not_there"):
        assert sys.modules["json"] is json
        assert isinstance(sys.modules["this_module_is_not_there"], ModuleType)
    assert "this_module_is_not_there" not in sys.modules
