"""Great Expectations on DuckDB, through SQLAlchemy, with what it takes to make it answer (GX 1.24.1, duckdb-engine).

GX closes its connection before it reads the rows of a result, which DuckDB does not bear: the engine below keeps one.
GX takes DuckDB for an unknown dialect, without patterns: it is told that it speaks as PostgreSQL, whose operator is in
DuckDB a match of the whole text; the patterns are widened accordingly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy
from great_expectations.core.batch import Batch, LegacyBatchDefinition
from great_expectations.core.id_dict import IDDict
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.validator.validator import Validator
from sqlalchemy.dialects import postgresql
from validation_contract import Rule, contract


class DuckEngine(SqlAlchemyExecutionEngine):
    """GX's SQL engine on one connection to DuckDB."""

    def __init__(self, path: Path) -> None:
        pool = sqlalchemy.pool.StaticPool
        super().__init__(engine=sqlalchemy.create_engine("duckdb:///:memory:", poolclass=pool))
        self.dialect_module = SimpleNamespace(dialect=postgresql.dialect)
        self._only = self.engine.connect()
        self._only.execute(sqlalchemy.text(f"CREATE VIEW delivery AS SELECT * FROM read_parquet('{path}')"))
        self._only.commit()

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        yield self._only


def _arguments(rule: Rule, arguments: Mapping[str, Any]) -> dict[str, Any]:
    widened = {"regex": f".*(?:{arguments['regex']}).*"} if "regex" in arguments else {}
    return {**arguments, **widened}


def counts(path: Path, arguments: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of failing rows of each rule.

    Args:
        path: the delivery.
        arguments: arguments of the expectation of each rule, by name.
    """
    engine = DuckEngine(path)
    data: Any = SqlAlchemyBatchData(engine, table_name="delivery", create_temp_table=False)
    batch = Batch(data=data, batch_definition=LegacyBatchDefinition("duckdb", "duckdb", "delivery", IDDict()))
    validator = Validator(execution_engine=engine, batches=[batch])
    validator.metrics_calculator.show_progress_bars = False
    suite = [
        ExpectationConfiguration(
            type=rule.expectation, kwargs=_arguments(rule, arguments[rule.name]), meta={"rule": rule.name}
        )
        for rule in contract()
    ]
    form = {"result_format": "BASIC", "exclude_unexpected_values": True, "partial_unexpected_count": 0}
    results = validator.graph_validate(suite, {"result_format": form})
    return {_name(result): result.result["unexpected_count"] for result in results}


def _name(result: Any) -> str:
    if "unexpected_count" not in result.result:
        raise RuntimeError(str(result.exception_info))
    return str(result.expectation_config.meta["rule"])
