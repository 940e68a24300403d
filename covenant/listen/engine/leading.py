"""The two longest axes of a symmetric matrix that need not be written out."""

from collections.abc import Callable

import numpy as np

from covenant.listen.types import Floats

BLOCK = 4
DENSE = 128
WIDEST = 160


def leading(times: Callable[[Floats], Floats], n: int, tolerance: float = 1e-12) -> tuple[Floats, Floats]:
    """Find the two directions along which people differ most, to machine accuracy.

    Parameters
    ----------
    times : callable
        Takes a float64 array of n by b and returns the matrix times it: symmetric, no negative eigenvalue.
    n : int
        The order of the matrix, 1 or more.
    tolerance : float
        How far a direction may miss, against the largest eigenvalue.

    Returns
    -------
    values : float64 array of 2, falling
    vectors : float64 array of 2 by n, each of length 1; 0 where there is no such direction

    Raises
    ------
    ValueError
        The matrix has no rows.

    Examples
    --------
    >>> values, vectors = leading(lambda block: np.diag([1.0, 9.0, 4.0]) @ block, 3)
    >>> values
    array([9., 4.])
    >>> vectors
    array([[0., 1., 0.],
           [0., 0., 1.]])

    References
    ----------
    G. H. Golub and R. Underwood, "The block Lanczos method for computing eigenvalues" (1977), restarted.
    """
    if n < 1:
        raise ValueError("the matrix has at least one row")
    if n <= DENSE:
        found, basis = np.linalg.eigh(times(np.eye(n)))
        return _tidy(found[::-1], basis[:, ::-1].T, n)
    # A fixed start with no pattern in it: the answer does not depend on it, only the number of steps does.
    block = np.cos(np.outer(np.arange(1, n + 1) ** 1.5, np.arange(1, BLOCK + 1) ** 0.5))
    for _ in range(60):
        ritz, vectors, residual = _grow(times, block, tolerance)
        if residual <= tolerance * max(ritz[0], 0.0):
            break
        block = vectors
    return _tidy(ritz, vectors.T, n)


def _grow(times: Callable[[Floats], Floats], block: Floats, tolerance: float) -> tuple[Floats, Floats, float]:
    """One run of block Lanczos with full reorthogonalisation: values, vectors and the worst miss of the
    first two.
    """
    n = len(block)
    basis, image = np.zeros((n, 0)), np.zeros((n, 0))
    while True:
        for _ in range(2):
            block = block - basis @ (basis.T @ block)
            block, triangle = np.linalg.qr(block)
            if basis.shape[1]:
                block = block[:, np.abs(np.diag(triangle)) > 1e-13 * np.abs(triangle).max(initial=1e-300)]
        spent = block.shape[1] == 0
        if not spent:
            basis, image = np.hstack([basis, block]), np.hstack([image, times(block)])
            block = image[:, -block.shape[1] :]
        small = basis.T @ image
        found, turn = np.linalg.eigh((small + small.T) / 2)
        found, turn = found[::-1][:BLOCK], turn[:, ::-1][:, :BLOCK]
        vectors = basis @ turn
        residual = float(np.linalg.norm(image @ turn[:, :2] - vectors[:, :2] * found[:2], axis=0).max())
        if spent or residual <= tolerance * max(found[0], 0.0) or basis.shape[1] + BLOCK > min(WIDEST, n):
            return found, vectors, residual


def _tidy(values: Floats, vectors: Floats, n: int) -> tuple[Floats, Floats]:
    """Two of each, largest loading positive, 0 where the votes do not differ."""
    kept, axes = np.zeros(2), np.zeros((2, n))
    for i in range(min(2, len(values))):
        if values[i] > 1e-12 * max(values[0], 1e-300) and values[i] > 1e-12:
            axis = vectors[i] / np.linalg.norm(vectors[i])
            kept[i], axes[i] = values[i], axis * np.sign(axis[np.argmax(np.abs(axis))])
    return kept, axes + 0.0
