"""What the graph of an ONNX file takes and returns, told by its header: which input, which output, in what order."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

from segstudio.core.errors import listed
from segstudio.models.description import LARGEST_SIDE
from segstudio.models.loaders.families import MOST_CLASSES
from segstudio.models.loaders.onnx_file.header import Node, OnnxHeader, Shape, Side, Value
from segstudio.models.loaders.onnx_file.made_sizes import check_made

Output = Literal["logits", "probabilities", "labels"]

STANDARD: Final = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
"""Domains of operations that onnxruntime has by itself."""
KINDS: Final = ("float32", "float16", "float64", "uint8")
"""What images may be given as."""

_USUAL: Final = ("out", "logits", "semantic_logits", "output", "masks", "labels")
_LARGEST: Final = 1 << 26
"""Pixels of all images that a graph insists on at once."""
_USUAL_SIZE: Final = (512, 512)
"""What is reckoned with where a graph takes any size."""
_PASSING: Final = (
    "Cast", "Identity", "Squeeze", "Unsqueeze", "Transpose", "Reshape", "Resize", "Upsample", "Slice", "Pad", "Dropout",
)  # fmt: skip
"""Operations that leave what a value means as it is."""
_MEANINGS: Final[dict[str, Output]] = {
    "ArgMax": "labels", "Greater": "labels", "GreaterOrEqual": "labels", "Softmax": "probabilities",
    "Sigmoid": "probabilities", "HardSigmoid": "probabilities", "LogSoftmax": "logits", "Conv": "logits",
    "ConvTranspose": "logits",
}  # fmt: skip
_AS_MANY: Final = (
    *(each for each in _PASSING if each not in ("Slice", "Pad", "Reshape")),
    *_MEANINGS, "Add", "Mul", "BatchNormalization", "Relu",
)  # fmt: skip
"""Operations that leave as many channels as there are."""
_FARTHEST: Final = 64


@dataclass(frozen=True, slots=True)
class Taken:
    """How images are given to a graph. ``size`` (height, width) and ``batch`` are what it insists on, None for any.

    ``last`` says that channels are the last axis of the input, ``single`` that it has no axis of images.
    """

    input: str
    kind: str
    channels: int
    last: bool
    single: bool
    size: tuple[int, int] | None
    batch: int | None


@dataclass(frozen=True, slots=True)
class Plan(Taken):
    """How a graph is run that returns a map. ``meaning`` and ``classes`` are None where the header does not tell; one
    class is the probability of an object.

    With ``stated`` the output's own shape says how many classes there are; else it is the likeliest.
    """

    output: str
    meaning: Output | None
    classes: int | None
    stated: bool = False


def taken(header: OnnxHeader) -> Taken:
    """Raise ``ValueError`` for a graph that pictures cannot be given to; a sentence's end.

    And for one that would run operations of others, or fill the memory.
    """
    if foreign := [f"{domain}.{header.domains[domain]}" for domain in _foreign(header)]:
        raise ValueError(f"it needs operations of another program ({listed(foreign)}), which could run anything")
    if len(header.inputs) != 1:
        raise ValueError(f"it takes {len(header.inputs)} inputs ({_names(header.inputs)}), and an image is one")
    (given,) = header.inputs
    if given.kind not in KINDS:
        raise ValueError(f"it takes {given.kind or 'values'} of a kind that images are not")
    shape = (None, None, None, None) if given.shape is None else given.shape
    if len(shape) not in (3, 4):
        raise ValueError(f"it takes {text_of(given)}, and no image")
    single = len(shape) == 3
    batch, *sides = (1, *shape) if single else shape
    last = sides[0] not in (1, 3) and sides[2] in (1, 3)
    channels, height, width = (sides[2], *sides[:2]) if last else sides
    size = None if height is None or width is None else (height, width)
    _check_size(size, batch)
    check_made(header)
    return Taken(given.name, given.kind, channels or 3, last, single, size, batch)


def planned(header: OnnxHeader) -> Plan:
    """Raise ``ValueError`` for a graph that pictures cannot be given to, or that returns no map; a sentence's end."""
    given = taken(header)
    output = _output(header, given.size, given.single)
    meaning, stated = _meaning(header, output.name), _stated(header, output, given.size, given.last)
    classes = stated or _likeliest(header, output)
    check_classes(classes or 0)
    return Plan(**asdict(given), output=output.name, meaning=meaning, classes=classes, stated=stated is not None)


def check_classes(classes: int) -> None:
    """Raise ``ValueError`` for more classes than any data set has; a sentence's end."""
    if classes > MOST_CLASSES:
        raise ValueError(f"it returns {classes:,} classes, and {MOST_CLASSES:,} are the most")


def _check_size(size: tuple[int, int] | None, batch: int | None) -> None:
    height, width = size or _USUAL_SIZE
    if max(height, width) > LARGEST_SIDE or height * width * (batch or 1) > _LARGEST:
        images = f"{batch:,} images" if batch and batch > 1 else "an image"
        raise ValueError(f"it insists on {images} of {width:,} x {height:,} pixels, which no memory is for")


def text_of(value: Value) -> str:
    """Return a value as people write it: its name, and its sides with ? for those that are free."""
    sides = "?" if value.shape is None else " x ".join("?" if side is None else str(side) for side in value.shape)
    return f"{value.name} ({sides})"


def channels_last(shape: Sequence[Side], size: tuple[int, int] | None, input_last: bool) -> bool | None:
    """Tell which of the four axes of an output are rows and columns; None where that cannot be told.

    The two that are to each other as the ``size`` (height, width) of the input, or that have no fixed side. Where both
    could be it is as in the input. Raises ``ValueError`` where none could.
    """
    if None in shape or size is None:
        first, second = shape[1], shape[3]
        return None if (first is None) == (second is None) else first is None
    first, second = is_map(shape[2:], size), is_map(shape[1:3], size)
    if not first and not second:
        raise ValueError(f"it returns {' x '.join(map(str, shape))}, and no map of an image")
    return input_last if first and second else second


def is_map(sides: Sequence[Side], size: tuple[int, int]) -> bool:
    """Tell whether sides are those of an image of ``size`` divided by one number, up to a pixel or two."""
    height, width = (side or 0 for side in sides)
    return abs(height / size[0] - width / size[1]) <= 2 / size[0] + 2 / size[1] and (height > 1 or size[0] < 64)


def _output(header: OnnxHeader, size: tuple[int, int] | None, single: bool) -> Value:
    """Return the output that is a map: one of a usual name, or the first."""
    maps = [each for each in header.outputs if _could_be_map(each, size, single)]
    if not maps:
        raise ValueError(f"it returns {listed([text_of(each) for each in header.outputs])}, and no map of classes")
    return next((each for name in _USUAL for each in maps if each.name == name), maps[0])


def _could_be_map(value: Value, size: tuple[int, int] | None, single: bool) -> bool:
    shape = value.shape
    if shape is None or value.kind in ("string", ""):
        return shape is None
    rows = shape if single else shape[1:]
    if len(rows) == 2:
        return None in rows or size is None or is_map(rows, size)
    if len(rows) != 3:
        return False
    try:
        channels_last((1, *rows), size, False)
    except ValueError:
        return False
    return True


def _foreign(header: OnnxHeader) -> list[str]:
    return sorted(domain for domain in header.domains if domain not in STANDARD and domain not in header.defined)


def _behind(header: OnnxHeader, name: str) -> Iterator[Node]:
    """Give the operations that lead to a value, from the last one back, each time by the first of what it takes."""
    for _ in range(_FARTHEST):
        if (node := header.made_by.get(name)) is None:
            return
        yield node
        if not node.inputs:
            return
        name = node.inputs[0]


def _meaning(header: OnnxHeader, name: str) -> Output | None:
    for node in _behind(header, name):
        if node.operation in _MEANINGS:
            return _MEANINGS[node.operation]
        if node.operation not in _PASSING:
            return None
    return None


def _stated(header: OnnxHeader, output: Value, size: tuple[int, int] | None, last: bool) -> int | None:
    """Return how many classes there are by the output's shape."""
    shape = output.shape or ()
    if _meaning(header, output.name) == "labels" or len(shape) != 4:
        return None
    is_last = channels_last(shape, size, last)
    return None if is_last is None else shape[3 if is_last else 1]


def _likeliest(header: OnnxHeader, output: Value) -> int | None:
    """Return how many classes there are by the convolution that the output comes from."""
    for node in _behind(header, output.name):
        if node.operation.startswith("Greater"):
            return 2
        kernel = _kernel(header, node)
        if node.operation in ("Conv", "ConvTranspose") and len(kernel) == 4:
            transposed = node.operation == "ConvTranspose"
            return (kernel[transposed] or 0) * (node.group if transposed else 1) or None
        if node.operation not in _AS_MANY:
            return None
    return None


def _kernel(header: OnnxHeader, node: Node) -> Shape:
    """Return the shape of the weights that an operation takes, be they stored as another kind of number; () of none."""
    name = node.inputs[1] if len(node.inputs) > 1 else ""
    if (cast := header.made_by.get(name)) is not None and cast.inputs:
        name = cast.inputs[0]
    return header.shapes.get(name, ())


def _names(values: Sequence[Value]) -> str:
    return listed([each.name for each in values]) or "none"
