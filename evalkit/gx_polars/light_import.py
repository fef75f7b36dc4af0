"""Import Great Expectations without what it draws and what it fits: no check on Polars uses either."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

UNUSED = ("altair", "scipy.stats")
"""What GX loads for its charts and for its tests of distributions: a third of the time of its import."""


class DeferredModule(ModuleType):
    """Stands for a module until somebody asks for a name of it; then the module itself is loaded and answers."""

    def __getattr__(self, name: str) -> Any:
        """Return the name of the true module."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def light_import(*names: str) -> Iterator[None]:
    """Import inside the block without these modules, and without looking for garbage, of which imports make none.

    Whoever imported a deferred module inside the block still gets all of it, at first use. Modules already loaded
    stay what they are, and after the block everybody imports the true ones.

    Args:
        names: full names of modules.
    """
    deferred = {name: DeferredModule(name) for name in names if name not in sys.modules}
    collecting = gc.isenabled()
    sys.modules.update(deferred)
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        for name, module in deferred.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
