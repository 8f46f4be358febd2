"""How much a facility counts for somebody at a given cost: weights that fall with distance or time."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.arrays import Floats
from geo.errors import InvalidValueError

Weight = Callable[[Floats], npt.ArrayLike]

_EDGE = math.exp(-0.5)


@dataclass(frozen=True)
class StepWeight:
    """Weigh by zones: up to and including each cost the weight that stands beside it, beyond the last 0.

    Parameters
    ----------
    at_most
        Rising costs above 0; infinity is allowed.
    weights
        One weight (0 or more) for each of them.

    Raises
    ------
    InvalidValueError
        The costs do not rise from above 0, a weight is negative or no number, or their numbers differ.
    """

    at_most: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse zones that cannot be used."""
        costs, weights = np.asarray(self.at_most, float), np.asarray(self.weights, float)
        if costs.shape != weights.shape or not len(costs):
            raise InvalidValueError("steps_and_weights_differ", costs=len(costs), weights=len(weights))
        rising = (np.diff(costs, prepend=0.0) > 0).all()
        if not (rising and np.isfinite(weights).all() and (weights >= 0).all()):
            raise InvalidValueError(
                "steps_unusable", steps=dict(zip(self.at_most, self.weights, strict=True))
            )

    def __call__(self, cost: Floats) -> Floats:
        """Weigh an array of costs."""
        zone = np.searchsorted(self.at_most, cost, side="left")
        return np.append(np.asarray(self.weights, float), 0.0)[zone]


@dataclass(frozen=True)
class GaussianWeight:
    """Weigh by a Gaussian that is 1 at no cost and 0 at `max_cost` and beyond.

    (exp(-(d / d0)² / 2) - exp(-1/2)) / (1 - exp(-1/2)): Dai 2010, doi:10.1016/j.healthplace.2010.06.012.
    """

    max_cost: float

    def __call__(self, cost: Floats) -> Floats:
        """Weigh an array of costs."""
        bell = (np.exp(-0.5 * np.square(np.minimum(cost / self.max_cost, 1.0))) - _EDGE) / (1.0 - _EDGE)
        return np.maximum(bell, 0.0)


@dataclass(frozen=True)
class PowerWeight:
    """Weigh by cost to a negative power: Hansen 1959, doi:10.1080/01944365908978307; infinite at no cost."""

    exponent: float = 1.0

    def __call__(self, cost: Floats) -> Floats:
        """Weigh an array of costs."""
        with np.errstate(divide="ignore"):
            return np.power(cost, -float(self.exponent))


def to_weight(weight: Weight | Mapping[float, float]) -> Weight:
    """Turn zones written as ``{cost: weight}`` into a weight; leave a function as it is.

    Raises
    ------
    InvalidValueError
        It is neither, or the zones cannot be used.
    """
    if isinstance(weight, Mapping):
        zones = sorted(weight.items())
        return StepWeight(tuple(cost for cost, _ in zones), tuple(counts for _, counts in zones))
    if not callable(weight):
        raise InvalidValueError("weight_unusable", weight=weight)
    return weight


def weigh(weight: Weight, cost: Floats) -> Floats:
    """Weigh costs, and refuse weights that are not finite numbers of 0 or more, one for each cost.

    Raises
    ------
    InvalidValueError
        Names the first cost whose weight cannot be used.
    """
    counted = np.asarray(weight(cost), dtype=np.float64)
    if counted.shape != cost.shape:
        raise InvalidValueError("weight_of_wrong_shape", given=counted.shape, wanted=cost.shape)
    strange = ~(np.isfinite(counted) & (counted >= 0))
    if strange.any():
        at = int(np.flatnonzero(strange)[0])
        raise InvalidValueError("weight_not_finite", cost=cost[at], weight=counted[at])
    return counted
