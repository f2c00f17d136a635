"""Division of counts: what is divided by nothing is not defined."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.float64]:
    """Return the quotients of two sides, broadcast to one shape, as float64; nan where the denominator is 0.

    Denominators are never negative.
    """
    above, below = np.broadcast_arrays(numerator, denominator)
    found = np.full(above.shape, np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found
