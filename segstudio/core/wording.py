"""How numbers are said with their nouns."""


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, in the singular or the plural: "1 image", "1,200 images"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
