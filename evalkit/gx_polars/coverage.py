"""Which of GX's expectations run on Polars, and why the others do not (list of GX 1.24.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_SUPPORTED = """
expect_column_distinct_values_to_be_in_set expect_column_distinct_values_to_contain_set
expect_column_distinct_values_to_equal_set expect_column_max_to_be_between expect_column_mean_to_be_between
expect_column_median_to_be_between expect_column_min_to_be_between expect_column_most_common_value_to_be_in_set
expect_column_pair_values_a_to_be_greater_than_b expect_column_pair_values_to_be_equal
expect_column_pair_values_to_be_in_set expect_column_proportion_of_non_null_values_to_be_between
expect_column_proportion_of_unique_values_to_be_between expect_column_quantile_values_to_be_between
expect_column_stdev_to_be_between expect_column_sum_to_be_between expect_column_to_exist expect_column_type_to_be
expect_column_unique_value_count_to_be_between expect_column_value_lengths_to_be_between
expect_column_value_lengths_to_equal expect_column_value_z_scores_to_be_less_than
expect_column_values_to_be_between expect_column_values_to_be_decreasing expect_column_values_to_be_in_set
expect_column_values_to_be_in_type_list expect_column_values_to_be_increasing expect_column_values_to_be_null
expect_column_values_to_be_of_type expect_column_values_to_be_unique
expect_column_values_to_match_like_pattern expect_column_values_to_match_like_pattern_list
expect_column_values_to_match_regex expect_column_values_to_match_regex_list
expect_column_values_to_match_strftime_format expect_column_values_to_not_be_in_set
expect_column_values_to_not_be_null expect_column_values_to_not_be_outliers
expect_column_values_to_not_match_like_pattern expect_column_values_to_not_match_like_pattern_list
expect_column_values_to_not_match_regex expect_column_values_to_not_match_regex_list
expect_compound_columns_to_be_unique expect_multicolumn_sum_to_equal expect_multicolumn_values_to_be_equal
expect_select_column_values_to_be_unique_within_record expect_table_column_count_to_be_between
expect_table_column_count_to_equal expect_table_columns_to_match_ordered_list expect_table_columns_to_match_set
expect_table_row_count_to_be_between expect_table_row_count_to_equal
"""

_NO_METRIC = "GX has no metric for it, on any engine"
_DISTRIBUTION = "a test of distribution: its answer depends on the sample, not on rows to be corrected"
_QUERY = "it runs SQL text; write a rule on rows instead"
_PYTHON_PARSER = "it runs a Python parser on every value; declare a pattern or a format instead"

_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than": _NO_METRIC,
        "expect_column_chisquare_test_p_value_to_be_greater_than": _NO_METRIC,
        "expect_column_kl_divergence_to_be_less_than": _DISTRIBUTION,
        "expect_column_pair_cramers_phi_value_to_be_less_than": _NO_METRIC,
        "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than": _NO_METRIC,
        "expect_column_values_to_be_dateutil_parseable": _PYTHON_PARSER,
        "expect_column_values_to_be_json_parseable": _PYTHON_PARSER,
        "expect_column_values_to_match_json_schema": _PYTHON_PARSER,
        "expect_multicolumn_values_to_be_unique": _NO_METRIC,
        "expect_query_results_to_match_comparison": _QUERY,
        "expect_table_row_count_to_equal_other_table": "a batch holds one frame; compare counts before",
        "unexpected_rows_expectation": _QUERY,
    }
)


_TYPES = "it names Polars types, which pandas does not know"
_LIKE = "GX has no such metric on pandas"
_OWN = "it is not an expectation of GX: the rule travels with the batch, or with the program that declares it"

_POLARS_ONLY: Mapping[str, str] = MappingProxyType(
    {
        "expect_column_type_to_be": _TYPES,
        "expect_column_values_to_be_in_type_list": _TYPES,
        "expect_column_values_to_be_of_type": _TYPES,
        "expect_column_values_to_match_like_pattern": _LIKE,
        "expect_column_values_to_match_like_pattern_list": _LIKE,
        "expect_column_values_to_not_match_like_pattern": _LIKE,
        "expect_column_values_to_not_match_like_pattern_list": _LIKE,
    }
)


def polars_only(names: Iterable[str]) -> dict[str, str]:
    """Return, for the expectations of some names that GX-pandas cannot run as they are, the reason; sorted.

    Every other expectation that runs here runs unchanged on GX-pandas, from the same suite.
    """
    reasons = {name: _POLARS_ONLY.get(name, "" if name in supported_expectations() else _OWN) for name in set(names)}
    return {name: reason for name, reason in sorted(reasons.items()) if reason}


def supported_expectations() -> frozenset[str]:
    """Return the names of GX's core expectations that run on the Polars engine."""
    return frozenset(_SUPPORTED.split())


def refused_expectations() -> Mapping[str, str]:
    """Return, for each of GX's core expectations that does not run on the Polars engine, the reason."""
    return _REFUSED
