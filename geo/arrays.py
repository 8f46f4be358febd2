"""The arrays that functions take and give, by what one element is: each name one type, defined here alone."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
# In double or in single precision.
AnyFloats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]
# Of rows in another array, as numpy itself counts.
Positions = npt.NDArray[np.intp]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
# Signed, of any width.
Integers = npt.NDArray[np.signedinteger[Any]]
Bytes = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.uint64]
# Geometries of shapely.
Shapes = npt.NDArray[np.object_]
