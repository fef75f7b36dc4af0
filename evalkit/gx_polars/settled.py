"""Expectations for the time of one validation, written once (GX internals read in GX 1.24.1).

An expectation of GX writes its configuration anew each time that one of its arguments is read, and makes itself
anew from it for each metric that it needs: about a hundred times per expectation and validation, most of the
cost of a small delivery. Here an expectation keeps its configuration, its configuration keeps it, and both ends
of a validation ask for the same metrics. Verdicts and results stay those of GX.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any, cast

from great_expectations.compatibility import pydantic
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


class SettledConfiguration(ExpectationConfiguration):
    """A configuration that makes its expectation once, then gives it back."""

    _expectation: Any = None

    def __deepcopy__(self, memo: Any) -> SettledConfiguration:
        """Return a configuration whose arguments can be added to; GX adds the batch."""
        made = copy(self)
        made._kwargs, made._expectation = dict(self.kwargs), None
        return made

    def _get_expectation_impl(self) -> Any:
        return _settled(super()._get_expectation_impl())

    def to_domain_obj(self) -> Any:
        """Return the expectation of this configuration, always the same."""
        if self._expectation is None:
            self._expectation = super().to_domain_obj()
        return self._expectation

    @classmethod
    def of(cls, expectation: Any, written: Any) -> SettledConfiguration:
        """Return what an expectation wrote of itself, tied to it."""
        made = cls(type=written.type, kwargs=written.kwargs, meta=written.meta, severity=written.severity)
        made._expectation = expectation
        return made


class _Settled:
    """What is placed before an expectation of GX: it writes itself once and asks for its metrics once."""

    _written: Any
    _dependencies: Any

    @property
    def configuration(self) -> Any:
        if self._written is None:
            self._written = SettledConfiguration.of(self, cast("Any", super()).configuration)
        return self._written

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: Any = None, **kwargs: Any
    ) -> Any:
        if self._dependencies is None:
            self._dependencies = cast("Any", super()).get_validation_dependencies(
                execution_engine, runtime_configuration, **kwargs
            )
        return self._dependencies

    @classmethod
    def is_abstract(cls) -> bool:
        # GX registers every expectation that is not abstract: this one must not take the place of its own base.
        return True

    @classmethod
    def _register_renderer_functions(cls) -> None:
        """Leave GX's registry of renderers as it is, for the same reason."""


@cache
def _settled(expectation: type[Any]) -> type[Any]:
    kept = {"_written": pydantic.PrivateAttr(None), "_dependencies": pydantic.PrivateAttr(None)}
    metaclass: Any = type(expectation)
    made: Any = metaclass(expectation.__name__, (_Settled, expectation), {"__module__": __name__, **kept})
    made.expectation_type = cast("Any", expectation).expectation_type
    return cast("type[Any]", made)
