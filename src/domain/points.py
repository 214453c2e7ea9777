"""Points are decimal numbers of four places, held in floats."""

DECIMAL_PLACES = 4


def rounded(points: float) -> float:
    """The nearest number of four decimal places.

    Rounding after every addition makes a sum independent of the order of its terms (while it stays below
    2**53 / 10**4), so that concurrent conversations add up to exactly the sum of the ledger.
    """
    return round(points, DECIMAL_PLACES)
