"""The data source ``polars`` of a GX context (GX internals read in GX 1.24.1).

Creating the classes registers them: ``context.data_sources.add_polars(name)`` and
``source.add_frame_asset(name)`` exist once this module is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, List, Literal, Type  # noqa: UP035 - read by pydantic.v1 under GX

import polars as pl
from great_expectations.compatibility import pydantic
from great_expectations.core.batch import LegacyBatchDefinition
from great_expectations.core.batch_spec import RuntimeDataBatchSpec
from great_expectations.core.id_dict import IDDict
from great_expectations.datasource.fluent.batch_request import BatchRequest
from great_expectations.datasource.fluent.constants import _DATA_CONNECTOR_NAME
from great_expectations.datasource.fluent.interfaces import Batch, DataAsset, Datasource
from great_expectations.exceptions.exceptions import BuildBatchRequestError

from evalkit.gx_polars.batch_data import RuledFrame
from evalkit.gx_polars.engine import PolarsExecutionEngine

_FRAME = "dataframe"  # GX hides the option of this name from ids and results


class FrameAsset(DataAsset[Any, Any]):
    """A frame handed over at run time: a ``polars.LazyFrame`` or a ``polars.DataFrame``."""

    type: Literal["frame"] = "frame"

    class Config:
        """Refuse fields that mean nothing here."""

        extra = pydantic.Extra.forbid

    def test_connection(self) -> None:
        """Nothing to connect to."""

    def get_batch_parameters_keys(self, partitioner: Any = None) -> tuple[str, ...]:
        """Return the option of a batch: ``dataframe``."""
        return (_FRAME,)

    def add_batch_definition_whole_frame(self, name: str) -> Any:
        """Add the batch definition that stands for the whole frame."""
        return self.add_batch_definition(name)

    def build_batch_request(self, options: Any = None, batch_slice: Any = None, partitioner: Any = None) -> Any:
        """Return the request of a batch.

        Args:
            options: ``dataframe``, a Polars frame, lazy or not, or a :class:`RuledFrame`.
            batch_slice: not possible, None.
            partitioner: not possible, None.

        Raises:
            BuildBatchRequestError: the options are not these.
        """
        given = dict(options or {})
        if batch_slice is not None or partitioner is not None or set(given) != {_FRAME}:
            raise BuildBatchRequestError(message="A batch of a frame asset takes only dataframe.")
        if not isinstance(given[_FRAME], (pl.LazyFrame, pl.DataFrame, RuledFrame)):
            raise BuildBatchRequestError(message="dataframe must be a polars.LazyFrame or a polars.DataFrame.")
        return BatchRequest(datasource_name=self.datasource.name, data_asset_name=self.name, options=given)

    def _validate_batch_request(self, batch_request: Any) -> None:
        self.build_batch_request(batch_request.options)

    def get_batch_identifiers_list(self, batch_request: Any) -> List[dict[str, Any]]:  # noqa: UP006
        """Return the single identifier of the frame."""
        return [IDDict(batch_request.options)]

    def get_batch(self, batch_request: Any) -> Any:
        """Return the batch; no row is read."""
        self._validate_batch_request(batch_request)
        spec = RuntimeDataBatchSpec(batch_data=batch_request.options[_FRAME])
        data, markers = self.datasource.get_execution_engine().get_batch_data_and_markers(batch_spec=spec)
        identity = LegacyBatchDefinition(
            datasource_name=self.datasource.name,
            data_connector_name=_DATA_CONNECTOR_NAME,
            data_asset_name=self.name,
            batch_identifiers=IDDict({_FRAME: "<polars>"}),
            batch_spec_passthrough=None,
        )
        return Batch(
            datasource=self.datasource,
            data_asset=self,
            batch_request=batch_request,
            data=data,
            metadata=self._get_batch_metadata_from_batch_request(batch_request, ignore_options=(_FRAME,)),
            batch_markers=markers,
            batch_spec=spec,
            batch_definition=identity,
        )


class PolarsDatasource(Datasource[Any, Any]):
    """Frames of Polars, checked where they are."""

    asset_types: ClassVar[Sequence[Type[DataAsset[Any, Any]]]] = [FrameAsset]  # noqa: UP006
    type: Literal["polars"] = "polars"
    assets: List[FrameAsset] = []  # noqa: UP006, RUF012

    @property
    def execution_engine_type(self) -> Type[PolarsExecutionEngine]:  # noqa: UP006
        """The engine of this source."""
        return PolarsExecutionEngine

    def test_connection(self, test_assets: bool = True) -> None:
        """Nothing to connect to."""
