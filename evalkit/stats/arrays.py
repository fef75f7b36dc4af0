"""Array types and the one rounding rule of the statistics."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def to_digits(value: float, digits: int = 12) -> float:
    """Round to significant digits, so that the number of threads of a matrix product leaves no trace.

    Args:
        value: any number; infinities and NaN come back unchanged.
        digits: significant digits to keep.

    Returns:
        The nearest float with that many significant digits.
    """
    return float(f"{value:.{digits - 1}e}") if math.isfinite(value) else float(value)
