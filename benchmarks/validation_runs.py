"""The same contract run by each tool, as one would write it for that tool.

Each function reads the delivery and returns, by name of rule, the number of failing rows, or their numbers from 0. A
tool is imported by the function that uses it: none needs the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from validation_contract import FIRST_DAY, LAST_DAY, MONTH, SITUATIONS, ZONE, Rule, contract

Found = Mapping[str, Any]


class NotOfferedError(Exception):
    """A tool does not give what is asked; it is then skipped by name."""


def hand_written() -> dict[str, pl.Expr]:
    """Return, for each rule, the expression of a failing row that one would write by hand; null is not failing."""
    key = pl.col("personne").is_not_null() & pl.col("mois").is_not_null()
    return {
        "dossier_filled": pl.col("dossier").is_null(),
        "dossier_unique": pl.col("dossier").is_not_null() & pl.col("dossier").is_duplicated(),
        "key_unique": key & pl.struct("personne", "mois").is_duplicated(),
        "personne_filled": pl.col("personne").is_null(),
        "personne_length": pl.col("personne").str.len_chars() != 16,
        "mois_filled": pl.col("mois").is_null(),
        "mois_form": ~pl.col("mois").str.contains(MONTH),
        "zone_filled": pl.col("zone").is_null(),
        "zone_form": ~pl.col("zone").str.contains(ZONE),
        "sexe_known": ~pl.col("sexe").is_in(["F", "H"]),
        "age_filled": pl.col("age").is_null(),
        "age_plausible": ~pl.col("age").is_between(15, 99),
        "date_entree_filled": pl.col("date_entree").is_null(),
        "date_entree_plausible": ~pl.col("date_entree").is_between(FIRST_DAY, LAST_DAY),
        "exit_after_entry": pl.col("date_sortie") < pl.col("date_entree"),
        "situation_filled": pl.col("situation").is_null(),
        "situation_known": ~pl.col("situation").is_in(list(SITUATIONS)),
        "heures_positive": pl.col("heures") < 0,
        "heures_within_plan": pl.col("heures") > pl.col("heures_prevues"),
        "code_postal_length": pl.col("code_postal").str.len_chars() != 5,
        "code_postal_form": pl.col("code_postal").str.contains("^00"),
        "date_sortie_filled_if_emploi_durable": pl.col("date_sortie").is_null()
        & (pl.col("situation") == "emploi_durable"),
    }


def run_polars(path: Path, rows: bool) -> Found:
    flags, frame = hand_written(), pl.scan_parquet(path)
    if not rows:
        counted = frame.select(flag.sum() for flag in named(flags))
        return counted.collect(engine="streaming").row(0, named=True)
    numbered = frame.with_row_index("row").select("row", *named(flags))
    failing = numbered.filter(pl.any_horizontal(*flags)).collect(engine="streaming")
    return {name: failing.filter(pl.col(name))["row"] for name in flags}


def named(flags: Mapping[str, pl.Expr]) -> list[pl.Expr]:
    return [flag.alias(name) for name, flag in flags.items()]


def run_gx_polars(path: Path, rows: bool) -> Found:
    from evalkit.gx_polars import CheckRequest, validate

    requests = [CheckRequest(rule.expectation, gx_arguments(rule)) for rule in contract()]
    outcome = validate(pl.scan_parquet(path), requests, find_rows=rows)
    pairs = zip(contract(), outcome.outcomes, strict=False)
    return {rule.name: one.unexpected_rows if rows else one.unexpected for rule, one in pairs}


def gx_arguments(rule: Rule) -> dict[str, Any]:
    from great_expectations.expectations.row_conditions import Column

    if rule.only_if is None:
        return rule.arguments
    column, value = rule.only_if
    return {**rule.arguments, "row_condition": Column(column) == value}


def run_gx_pandas(path: Path, rows: bool) -> Found:
    import great_expectations as gx
    import pandas as pd

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    frame = pd.read_parquet(path)
    for day in ("date_entree", "date_sortie"):
        frame[day] = pd.to_datetime(frame[day])
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("delivery")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    form = {"result_format": "COMPLETE" if rows else "BASIC", "exclude_unexpected_values": True}
    form |= {"partial_unexpected_count": 0, "return_unexpected_index_query": False}
    suite = gx.ExpectationSuite(name="contract", expectations=[gx_expectation(rule) for rule in contract()])
    results = batch.validate(suite, result_format=form).results
    key = "unexpected_index_list" if rows else "unexpected_count"
    return {result.expectation_config.meta["rule"]: result.result[key] for result in results}


def gx_expectation(rule: Rule) -> Any:
    import pandas as pd
    from great_expectations.expectations.registry import get_expectation_impl

    arguments = {
        # Pandas compares its own times with no other; dates are read as such from the file, and bounds follow.
        name: pd.Timestamp(value) if isinstance(value, dt.date) else value
        for name, value in gx_arguments(rule).items()
    }
    return get_expectation_impl(rule.expectation)(**arguments, meta={"rule": rule.name})


def run_gx_duckdb(path: Path, rows: bool) -> Found:
    from validation_duckdb import counts

    if rows:
        raise NotOfferedError("GX lists at most 20 failing rows of a check on DuckDB, none for a key")
    return counts(path, {rule.name: gx_arguments(rule) for rule in contract()})


def run_pandera(path: Path, rows: bool) -> Found:
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    def fine(name: str) -> pa.Check:
        flag = hand_written()[name]
        return pa.Check(lambda data: data.lazyframe.select(~flag.fill_null(value=False)), name=name)

    schema = pa.DataFrameSchema(checks=[fine(rule.name) for rule in contract()])
    try:
        schema.validate(pl.read_parquet(path), lazy=True)
    except SchemaErrors as found:
        cases = found.failure_cases.select("check", "index")
        if not rows:
            return dict(cases.group_by("check").len().iter_rows())
        return {name: part["index"] for (name,), part in cases.partition_by("check", as_dict=True).items()}
    return {}


def run_pointblank(path: Path, rows: bool) -> Found:
    import pointblank as pb

    plan = pb.Validate(pl.read_parquet(path))
    for step in pointblank_steps():
        plan = step(plan)
    done = (
        plan.interrogate(collect_extracts=rows, extract_limit=10**9)
        if rows
        else plan.interrogate(collect_extracts=False)
    )
    names = [rule.name for rule in contract()]
    if not rows:
        return {name: done.n_failed(i=position, scalar=True) for position, name in enumerate(names, 1)}
    extracts = {name: done.get_data_extracts(i=position, frame=True) for position, name in enumerate(names, 1)}
    return {name: extract["_row_num_"] - 1 for name, extract in extracts.items()}


def pointblank_steps() -> list[Callable[[Any], Any]]:
    def filled(column: str) -> Callable[[Any], Any]:
        return lambda plan: plan.col_vals_not_null(column)

    def expression(name: str) -> Callable[[Any], Any]:
        return lambda plan: plan.col_vals_expr(~hand_written()[name].fill_null(value=False))

    def inside(column: str, low: Any, high: Any) -> Callable[[Any], Any]:
        return lambda plan: plan.col_vals_between(column, low, high, na_pass=True)

    own = {
        "age_plausible": inside("age", 15, 99),
        "date_entree_plausible": inside("date_entree", FIRST_DAY, LAST_DAY),
        "heures_positive": lambda plan: plan.col_vals_ge("heures", 0, na_pass=True),
        "mois_form": lambda plan: plan.col_vals_regex("mois", MONTH, na_pass=True),
        "zone_form": lambda plan: plan.col_vals_regex("zone", ZONE, na_pass=True),
    }
    return [
        filled(rule.arguments["column"]) if rule.name.endswith("_filled") else own.get(rule.name, expression(rule.name))
        for rule in contract()
    ]
