"""Coefficients found in numbers: of yes or no, and of a line.

Sources: iteratively reweighted least squares, D. R. Cox (1958) and J. A. Nelder & R. W. M.
Wedderburn (1972), with the ridge of A. E. Hoerl & R. W. Kennard (1970).
"""

from math import exp, sqrt
from operator import mul, sub

RIDGE = 1.0
STEP = 1e-7
MOST_STEPS = 30


class NotConverged(Exception):
    """No coefficients were found: the numbers do not settle, or say nothing."""


def get_probability(coefficients, features):
    """Return the logistic of the product, 0–1."""
    score = dot(coefficients, features)
    # Each branch takes the power of a number below 0: nothing overflows.
    if score >= 0:
        return 1 / (1 + exp(-score))
    power = exp(score)
    return power / (1 + power)


def dot(coefficients, features):
    return sum(map(mul, coefficients, features))


def fit_logistic(rows, outcomes):
    """Return the coefficients of a logistic regression with a ridge of 1 on standardized features.

    :param rows: features, the constant first
    :param outcomes: 0.0 or 1.0 for each row
    :raise NotConverged: more than 30 steps, or a singular matrix
    """
    width = len(rows[0])
    means, spreads = _get_standards(rows)
    scaled = [[1.0, *((row[i] - means[i]) / spreads[i] for i in range(1, width))] for row in rows]
    found = [0.0] * width
    columns = list(zip(*scaled, strict=True))
    for _step in range(MOST_STEPS):
        chances = [get_probability(found, row) for row in scaled]
        missed = list(map(sub, outcomes, chances))
        weights = [chance * (1 - chance) for chance in chances]
        slope = [sum(map(mul, missed, column)) for column in columns]
        bend = []
        for column in columns:
            weighted = list(map(mul, weights, column))
            bend.append([sum(map(mul, weighted, other)) for other in columns])
        for i in range(1, width):
            slope[i] -= RIDGE * found[i]
            bend[i][i] += RIDGE
        step = _solve(bend, slope)
        found = [value + change for value, change in zip(found, step, strict=True)]
        if max(map(abs, step)) < STEP:
            break
    else:
        raise NotConverged
    slopes = [found[i] / spreads[i] for i in range(1, width)]
    constant = found[0] - sum(b * mean for b, mean in zip(slopes, means[1:], strict=True))
    return (constant, *slopes)


def fit_line(rows, outcomes):
    """Return the coefficients of least squares.

    A feature that is the same for all rows tells nothing, and has the coefficient 0.

    :param rows: features, the constant first
    :raise NotConverged: features that follow from one another
    """
    width = len(rows[0])
    means, spreads = _get_standards(rows)
    middle = sum(outcomes) / len(outcomes)
    scaled = [[(row[i] - means[i]) / spreads[i] for i in range(1, width)] for row in rows]
    kept = [i for i in range(width - 1) if any(row[i] for row in scaled)]
    squares = [[sum(row[i] * row[j] for row in scaled) for j in kept] for i in kept]
    products = [
        sum(row[i] * (value - middle) for row, value in zip(scaled, outcomes, strict=True))
        for i in kept
    ]
    slopes = [0.0] * (width - 1)
    for i, value in zip(kept, _solve(squares, products), strict=True):
        slopes[i] = value / spreads[i + 1]
    constant = middle - sum(b * mean for b, mean in zip(slopes, means[1:], strict=True))
    return (constant, *slopes)


def _get_standards(rows):
    """Return mean and standard deviation of each feature; 1 for one that is the same everywhere."""
    means, spreads = [], []
    for values in zip(*rows, strict=True):
        mean = sum(values) / len(values)
        # Equal values may differ from their mean by a rounding error.
        is_constant = min(values) == max(values)
        mean = values[0] if is_constant else mean
        spread = sqrt(sum((value - mean) ** 2 for value in values) / len(values))
        means.append(mean)
        spreads.append(1.0 if is_constant or not spread else spread)
    return means, spreads


def _solve(matrix, right):
    """Return x of ``matrix``·x = ``right`` by elimination with the largest pivot."""
    size = len(right)
    lines = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for i in range(size):
        best = max(range(i, size), key=lambda k, i=i: abs(lines[k][i]))
        if not abs(lines[best][i]) > 1e-12:
            raise NotConverged
        lines[i], lines[best] = lines[best], lines[i]
        for k in range(i + 1, size):
            share = lines[k][i] / lines[i][i]
            for j in range(i, size + 1):
                lines[k][j] -= share * lines[i][j]
    found = [0.0] * size
    for i in reversed(range(size)):
        rest = sum(lines[i][j] * found[j] for j in range(i + 1, size))
        found[i] = (lines[i][size] - rest) / lines[i][i]
    return found
