"""The distribution functions that intervals need, from one continued fraction."""

import math
from functools import lru_cache
from statistics import NormalDist

# The fraction needs about sqrt(max(a, b)) terms, so this serves hundreds of millions of samples.
_MOST_TERMS = 100_000
_TINY = 1e-300  # stands in for a zero denominator in Lentz's method
_PRECISION = 1e-15


def regularised_incomplete_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b) for a, b > 0 and 0 <= x <= 1.

    NIST DLMF (2010) 8.17.22, evaluated by Lentz's method as in Press et al., Numerical Recipes,
    3rd edition (2007), section 6.4. Raises ValueError outside the domain.
    """
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        raise ValueError(f"I_x(a, b) needs a, b > 0 and 0 <= x <= 1, not a={a}, b={b}, x={x}")
    if x in (0.0, 1.0):
        return float(x)
    # The fraction converges fast below the mean of the distribution; above it, use the reflection.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _lower_beta(b, a, 1.0 - x)
    return _lower_beta(a, b, x)


def _lower_beta(a: float, b: float, x: float) -> float:
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    log_front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    """1 + d1/(1 + d2/(1 + ...)) with the coefficients d of DLMF 8.17.23."""
    value, numerator, denominator = 1.0, 1.0, 0.0
    for term in range(1, _MOST_TERMS):
        half, odd = divmod(term, 2)
        if odd:
            coefficient = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            coefficient = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        denominator = 1.0 / (1.0 + coefficient * denominator or _TINY)
        numerator = 1.0 + coefficient / numerator or _TINY
        value *= numerator * denominator
        if abs(numerator * denominator - 1.0) < _PRECISION:
            return value
    raise ArithmeticError(f"the incomplete beta function did not converge at a={a}, b={b}, x={x}")


def student_t_tail(t: float, freedom: float) -> float:
    """P(T > t) for Student's t with `freedom` > 0 degrees of freedom (DLMF 8.17; Student 1908).

    The upper tail keeps its relative precision however far out t lies.
    """
    if t < 0:
        return 1.0 - student_t_tail(-t, freedom)
    square = t * t
    if square < freedom:  # near the centre, so that 1 - x loses no digits
        centre = regularised_incomplete_beta(0.5, freedom / 2, square / (freedom + square))
        return 0.5 - 0.5 * centre
    return 0.5 * regularised_incomplete_beta(freedom / 2, 0.5, freedom / (freedom + square))


@lru_cache(maxsize=1024)
def student_t_quantile(probability: float, freedom: float) -> float:
    """The t with P(T <= t) = probability, 0 < probability < 1, as precise as its tail is.

    For `freedom` of 1 and more. By Newton's method on the upper tail, which is convex for t > 0: a
    t that is too small, as the normal quantile's nine tenths are, comes nearer with each step and
    never goes too far.
    """
    if not (0 < probability < 1 and freedom >= 1):
        raise ValueError(f"no quantile at probability {probability} with {freedom} freedom")
    if probability < 0.5:
        return -student_t_quantile(1.0 - probability, freedom)
    tail, t, nearer = 1.0 - probability, -1.0, 0.9 * normal_quantile(probability)
    while nearer > t * (1 + _PRECISION):
        t = nearer
        nearer = t + (student_t_tail(t, freedom) - tail) / student_t_density(t, freedom)
    return nearer


def student_t_density(t: float, freedom: float) -> float:
    """Of Student's t with `freedom` > 0 degrees of freedom at t (Student 1908)."""
    log_scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    log_scale -= math.log(freedom * math.pi) / 2
    return math.exp(log_scale - (freedom + 1) / 2 * math.log1p(t * t / freedom))


def normal_quantile(probability: float) -> float:
    """The z with P(Z <= z) = probability for a standard normal Z, 0 < probability < 1."""
    return NormalDist().inv_cdf(probability)


def binomial_cdf(successes: int, trials: int, probability: float) -> float:
    """P(B <= successes) for B binomial: I_{1-p}(n - k, k + 1) (DLMF 8.17.5)."""
    if successes < 0:
        return 0.0
    if successes >= trials:
        return 1.0
    return regularised_incomplete_beta(trials - successes, successes + 1, 1.0 - probability)
