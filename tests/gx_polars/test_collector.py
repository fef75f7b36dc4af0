"""The garbage collector is put back as it was, whatever happens inside."""

from __future__ import annotations

import gc

import pytest

from evalkit.gx_polars.collector import no_collection


def test_put_back_even_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(KeyError), no_collection():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_left_off_when_it_was_off() -> None:
    gc.disable()
    try:
        with no_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
