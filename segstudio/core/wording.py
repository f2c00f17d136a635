"""How numbers are said: with their nouns, and as differences."""


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, in the singular or the plural: "1 image", "1,200 images"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def signed(difference: float, decimals: int = 1) -> str:
    """Return a difference of scores of 0..1 in points of a hundred, with its sign; what rounds to 0 has none."""
    value = round(100 * difference, decimals)
    return f"{value:+.{decimals}f}" if value else f"{0:.{decimals}f}"
