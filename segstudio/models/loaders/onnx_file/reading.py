"""Reads the header of an ONNX file from its protobuf: no weight is read, and no package is needed for it.

The field numbers are those of onnx.proto3, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
"""

from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders.onnx_file.header import ITEM_SIZES, KINDS, REAL, External, Node, OnnxHeader, Side, Value
from segstudio.models.loaders.onnx_file.made_sizes import MAKERS
from segstudio.models.loaders.onnx_file.protobuf import DEEPEST, DamagedMessage, Messages, Span, span, whole

CUT: Final = "Copy or download it again."
_TYPED: Final = (4, 5, 6, 7, 10, 11)
"""Fields of a tensor that hold its numbers one by one, and not as raw bytes."""
_MOST_SIDES: Final = 64
_LARGEST_SIDE: Final = 1 << 48
_LARGEST_SPARSE: Final = 1 << 28
"""Numbers of a tensor that is stored sparsely: it is filled with zeros when it is read."""
_FEW: Final = 16
"""Whole numbers of a tensor that says how large another one is."""


def read_onnx(path: Path) -> OnnxHeader:
    """Raise ``UnreadableFile`` for what is damaged, cut short, or claims more than it holds."""
    try:
        with path.open("rb") as file:
            header = _Reader(Messages(file)).model()
    except DamagedMessage as error:
        raise UnreadableFile(path, f"it is damaged or cut short: {error}", CUT) from error
    except OSError as error:
        raise UnreadableFile(path, (error.strerror or str(error)).lower(), CUT) from error
    if not header.inputs or not header.outputs:
        raise UnreadableFile(path, "it is damaged or cut short: it has no graph that takes and returns something", CUT)
    return header


@dataclass(slots=True)
class _Tensor:
    """``there`` counts the bytes of its numbers that stand in the file, ``typed`` whether they stand one by one."""

    name: str = ""
    kind: str = ""
    shape: list[int] = field(default_factory=list)
    there: int = 0
    typed: bool = False
    raw: list[int | Span] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return prod(self.shape)

    def check(self) -> None:
        """Raise ``DamagedMessage`` where it claims to be larger than what stands in the file."""
        # Of numbers one by one the least that each takes is a byte; onnxruntime counts them when it loads.
        if self.count * (1 if self.typed else ITEM_SIZES.get(self.kind, 0)) > self.there:
            raise DamagedMessage(f"the tensor '{self.name}' claims to be larger than what is stored of it")

    def outside(self) -> External:
        """Return where its numbers are; raises ``DamagedMessage`` where that is not said, or not enough."""
        try:
            needed = self.count * ITEM_SIZES.get(self.kind, 0)
            offset, length = (int(self.elsewhere.get(key, fallback)) for key, fallback in _places(needed))
        except ValueError as error:
            raise DamagedMessage(f"it does not say where the tensor '{self.name}' is") from error
        if offset < 0 or length < needed:
            raise DamagedMessage(f"the tensor '{self.name}' claims to be larger than what is stored of it")
        return External(self.elsewhere.get("location", ""), offset, length)


def _places(needed: int) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("offset", 0), ("length", needed)


@dataclass(slots=True)
class _Reader:
    messages: Messages
    header: OnnxHeader = field(default_factory=OnnxHeader)

    def model(self) -> OnnxHeader:
        header = self.header
        for number, value in self.messages.fields(self.messages.whole()):
            if number == 2:
                header.producer = self.messages.text(value)
            elif number == 7:
                self._graph(span(value), 0)
            elif number == 14:
                header.metadata.update([self._entry(span(value))])
            elif number == 20:
                raise DamagedMessage("it holds a training, and not a network alone")
            elif number == 25:
                self._function(span(value))
        header.inputs = [each for each in header.inputs if each.name not in header.shapes]
        return header

    def _graph(self, where: Span, depth: int) -> None:
        """Read a graph; one that lies in another, as a branch or a loop, only for its operations and its weights."""
        for number, value in self.messages.fields(where):
            if number == 1:
                self._node(span(value), depth)
            elif number == 5:
                self._tensor(span(value), depth)
            elif number == 15:
                self._sparse(span(value))
            elif number in (11, 12) and not depth:
                (self.header.inputs if number == 11 else self.header.outputs).append(self._value(span(value)))

    def _function(self, where: Span) -> None:
        for number, value in self.messages.fields(where):
            if number == 7:
                self._node(span(value), 1)
            elif number == 11:
                self._attribute(span(value), 1)
            elif number == 10:
                self.header.defined.add(self.messages.text(value))

    def _node(self, where: Span, depth: int) -> None:
        if depth > DEEPEST:
            raise DamagedMessage("its graphs lie too deep within each other")
        texts: dict[int, list[str]] = {number: [] for number in (1, 2, 4, 7)}
        attributes: list[Span] = []
        for number, value in self.messages.fields(where):
            if number in texts:
                texts[number].append(self.messages.text(value))
            elif number == 5:
                attributes.append(span(value))
        numbers = dict(self._attribute(each, depth, (texts[2] or [""])[0]) for each in attributes)
        node = Node((texts[4] or [""])[-1], tuple(texts[1]), numbers.get("group", 1))
        self.header.domains.setdefault((texts[7] or [""])[-1], node.operation)
        if node.operation in MAKERS:
            self.header.makers.append(node)
        if not depth:
            self.header.made_by.update(dict.fromkeys(texts[2], node))

    def _attribute(self, where: Span, depth: int, made: str = "") -> tuple[str, int]:
        """Read an attribute of what makes a value, and return its name and its number, 0 of one that has none."""
        name, whole_number = "", 0
        for number, value in self.messages.fields(where):
            if number == 1:
                name = self.messages.text(value)
            elif number == 3:
                whole_number = whole(value)
            elif number in (5, 10):
                self._tensor(span(value), depth + 1, made)
            elif number in (6, 11):
                self._graph(span(value), depth + 1)
            elif number in (22, 23):
                self._sparse(span(value))
        return name, whole_number

    def _sparse(self, where: Span) -> None:
        sides: list[int] = []
        for number, value in self.messages.fields(where):
            if number in (1, 2):
                self._tensor(span(value), 1)
            elif number == 3:
                sides += self.messages.numbers(value, _MOST_SIDES - len(sides))
        if prod(sides) > _LARGEST_SPARSE:
            raise DamagedMessage(f"a sparse tensor in it claims {prod(sides):,} numbers")

    def _tensor(self, where: Span, depth: int, made: str = "") -> None:
        """Read a tensor; ``made`` is the name of the value that an operation makes of it."""
        found, outside = _Tensor(), False
        for number, value in self.messages.fields(where):
            if number == 1:
                found.shape += self.messages.numbers(value, _MOST_SIDES - len(found.shape))
            elif number == 2:
                found.kind = KINDS.get(whole(value), "")
            elif number == 8:
                found.name = self.messages.text(value)
            elif number == 9 or number in _TYPED:
                found.there += 1 if isinstance(value, int) else value.end - value.begin
                found.typed = found.typed or number != 9
                found.raw.append(value)
            elif number == 13:
                found.elsewhere.update([self._entry(span(value))])
            elif number == 14:
                outside = whole(value) == 1
        if outside or found.elsewhere:
            self.header.external.append(found.outside())
        else:
            found.check()
        if found.kind in ("int64", "int32") and 0 < found.count <= _FEW and not outside:
            self.header.numbers.setdefault(made or found.name, []).append(self._whole_numbers(found))
        if not depth:
            self.header.shapes[found.name] = tuple(found.shape)
            self.header.parameters += found.count * (found.kind in REAL)

    def _whole_numbers(self, tensor: _Tensor) -> tuple[int, ...]:
        """Return the few whole numbers of a tensor, be they stored one by one or as bytes."""
        if tensor.typed:
            found = [each for value in tensor.raw for each in self.messages.numbers(value, _FEW)]
            return tuple(each - (1 << 64) if each >= 1 << 63 else each for each in found)
        size = ITEM_SIZES[tensor.kind]
        content = b"".join(self.messages.content(span(value), _FEW * size) for value in tensor.raw)
        return tuple(
            int.from_bytes(content[at : at + size], "little", signed=True) for at in range(0, len(content), size)
        )

    def _value(self, where: Span) -> Value:
        found = Value("", "", None)
        for number, value in self.messages.fields(where):
            if number == 1:
                found = Value(self.messages.text(value), found.kind, found.shape)
            elif number == 2:
                found = self._typed(found.name, span(value))
        return found

    def _typed(self, name: str, where: Span) -> Value:
        """Read the type of a value, which is that of a tensor, or none that is known here."""
        kind, shape = "", None
        for tensor in (span(value) for number, value in self.messages.fields(where) if number == 1):
            for number, value in self.messages.fields(tensor):
                if number == 1:
                    kind = KINDS.get(whole(value), "")
                elif number == 2:
                    shape = tuple(self._side(span(side)) for n, side in self.messages.fields(span(value)) if n == 1)
        return Value(name, kind, shape)

    def _side(self, where: Span) -> Side:
        sides = [whole(value) for number, value in self.messages.fields(where) if number == 1]
        return sides[-1] if sides and 0 < sides[-1] < _LARGEST_SIDE else None

    def _entry(self, where: Span) -> tuple[str, str]:
        texts = {number: self.messages.text(value) for number, value in self.messages.fields(where) if number in (1, 2)}
        return texts.get(1, ""), texts.get(2, "")
