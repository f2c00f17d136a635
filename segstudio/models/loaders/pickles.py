"""The opcodes of a pickle, followed without calling anything: what it would call is kept as a name.

No unpickler is used, restricted or not, so nothing in a file can run. What comes out is plain data: dicts, lists,
tuples, numbers and texts, and ``Global`` and ``Call`` where a real unpickler would import or call.
"""

import pickletools
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Final

from segstudio.models.loaders.stored import LONGEST_NAME


class DamagedPickle(ValueError):
    """What is no pickle, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Global:
    """Something that the pickle wants imported, by its module and its name there."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False, slots=True)
class Call:
    """What calling ``function``, often a ``Global``, would have given."""

    function: object
    arguments: tuple[Any, ...]


@dataclass(eq=False, slots=True)
class Persistent:
    """A reference to something beside the pickle; of torch's, a storage."""

    identity: object


Rebuild = Callable[[Call], object]
"""Makes data of a call that is known, without making the call; returns the call itself where it is not."""

LARGEST: Final = 1 << 26
"""Bytes of one pickle. Those of the largest networks that people share have less than 2 MB."""

MOST_STEPS: Final = 2_000_000
"""Opcodes of one pickle. A tensor takes about forty; each may make an empty dict, which takes 64 times its byte."""
_LARGEST_NUMBER: Final = 1 << 32
"""Of keys and of places in the memo. Larger ones can be chosen so that all have one hash."""
_SAID: Final = 200

_FAULTS: Final = (
    ValueError, LookupError, TypeError, OverflowError, MemoryError, AttributeError, RecursionError,
)  # fmt: skip
_MARK: Final = object()
_CONSTANTS: Final = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: Final[dict[str, Callable[[], object]]] = {
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_SET": list,
}
_VALUES: Final = frozenset((
    "INT", "LONG", "LONG1", "LONG4", "BININT", "BININT1", "BININT2", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES",
    "BINBYTES8", "BYTEARRAY8",
))  # fmt: skip
_TUPLES: Final = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


@dataclass(slots=True)
class Reader:
    """Follows one pickle; ``globals`` are all that it wants imported, in order, ``value`` is what it describes."""

    rebuild: Rebuild = lambda call: call
    globals: dict[Global, None] = field(default_factory=dict)
    _stack: list[Any] = field(default_factory=list)
    _memo: dict[int, Any] = field(default_factory=dict)

    def read(self, file: BinaryIO) -> Any:
        """Return what the pickle that begins here describes; raises ``DamagedPickle``."""
        self._stack, self._memo = [], {}
        try:
            with warnings.catch_warnings():  # of odd escapes in texts: the file's fault, and nobody's to mend
                warnings.simplefilter("ignore", DeprecationWarning)
                for opcode, argument, _ in islice(pickletools.genops(file), MOST_STEPS):
                    if opcode.name == "STOP":
                        return self._stack.pop()
                    self._follow(opcode.name, argument)
        except _FAULTS as error:
            raise DamagedPickle(str(error)[:_SAID]) from error
        raise DamagedPickle("it has no end, or one that is too far away")

    def _follow(self, name: str, argument: Any) -> None:
        if name in _VALUES:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _EMPTY:
            self._stack.append(_EMPTY[name]())
        elif name == "MARK":
            self._stack.append(_MARK)
        elif name in _TUPLES:
            self._stack.append(self._taken(_TUPLES[name]))
        else:
            self._by_name(name, argument)

    def _by_name(self, name: str, argument: Any) -> None:
        step = _STEPS.get(name)
        if step is None:
            raise DamagedPickle(f"the opcode {name} is not known")
        step(self, argument)

    def _taken(self, count: int) -> tuple[Any, ...]:
        if len(self._stack) < count:
            raise DamagedPickle("it takes what was never there")
        taken = tuple(self._stack[-count:]) if count else ()
        del self._stack[len(self._stack) - count :]
        return taken

    def _to_mark(self) -> list[Any]:
        for at in range(len(self._stack) - 1, -1, -1):
            if self._stack[at] is _MARK:
                found = self._stack[at + 1 :]
                del self._stack[at:]
                return found
        raise DamagedPickle("it takes what was never there")

    def push_tuple(self, _: Any) -> None:
        self._stack.append(tuple(self._to_mark()))

    def push_list(self, _: Any) -> None:
        self._stack.append(self._to_mark())

    def push_dict(self, _: Any) -> None:
        self._stack.append(_filled({}, self._to_mark()))

    def pop(self, _: Any) -> None:
        self._taken(1)

    def pop_mark(self, _: Any) -> None:
        self._to_mark()

    def duplicate(self, _: Any) -> None:
        self._stack.append(self._stack[-1])

    def append(self, _: Any) -> None:
        _extended(self._stack[-2], self._taken(1))

    def append_all(self, _: Any) -> None:
        found = self._to_mark()
        _extended(self._stack[-1], found)

    def set_item(self, _: Any) -> None:
        pair = self._taken(2)
        _filled(self._stack[-1], pair)

    def set_items(self, _: Any) -> None:
        found = self._to_mark()
        _filled(self._stack[-1], found)

    def put(self, at: Any) -> None:
        place = len(self._memo) if at is None else int(at)
        if not 0 <= place < _LARGEST_NUMBER:
            raise DamagedPickle("it remembers more than it has")
        self._memo[place] = self._stack[-1]

    def get(self, at: Any) -> None:
        self._stack.append(self._memo[int(at)])

    def name_global(self, argument: Any) -> None:
        module, _, name = str(argument).partition(" ")
        self._stack.append(self._named(module, name))

    def stack_global(self, _: Any) -> None:
        module, name = self._taken(2)
        if not isinstance(module, str) or not isinstance(name, str):
            raise DamagedPickle("a name is no text")
        self._stack.append(self._named(module, name))

    def extension(self, argument: Any) -> None:
        self._stack.append(self._named("copyreg", f"extension {argument}"))

    def call(self, _: Any) -> None:
        function, arguments = self._taken(2)
        self._push_call(function, arguments)

    def call_with_keywords(self, _: Any) -> None:
        function, arguments, _ = self._taken(3)
        self._push_call(function, arguments)

    def instance(self, argument: Any) -> None:
        self.name_global(argument)
        self._push_call(self._stack.pop(), tuple(self._to_mark()))

    def call_object(self, _: Any) -> None:
        function, *arguments = self._to_mark()
        self._push_call(function, tuple(arguments))

    def persistent(self, argument: Any) -> None:
        self._stack.append(Persistent(argument if isinstance(argument, str) else self._taken(1)[0]))

    def build(self, _: Any) -> None:
        """Forget the state of an object: what matters of torch's are its arguments."""
        self._taken(1)

    def skip(self, _: Any) -> None:
        """Pass over what concerns only how the pickle is stored."""

    def _named(self, module: str, name: str) -> Global:
        if len(module) + len(name) > LONGEST_NAME:
            raise DamagedPickle(f"the name {module[:40]}... is longer than any")
        found = Global(module, name)
        self.globals[found] = None
        return found

    def _push_call(self, function: object, arguments: object) -> None:
        call = Call(function, arguments if isinstance(arguments, tuple) else ())
        self._stack.append(self.rebuild(call))


def _filled(target: Any, items: Any) -> Any:
    """Put keys and values in turn into a dict; keys that are no names or small whole numbers are left out.

    A tuple that holds itself twice over takes for ever to hash, and large numbers may all have the same hash.
    """
    if isinstance(target, dict):
        for key, value in zip(items[::2], items[1::2], strict=True):
            if isinstance(key, str) or (isinstance(key, int) and abs(key) < _LARGEST_NUMBER):
                target[key] = value
    return target


def _extended(target: Any, items: Any) -> None:
    if isinstance(target, list):
        target.extend(items)


_STEPS: Final[dict[str, Callable[[Reader, Any], None]]] = {
    "TUPLE": Reader.push_tuple,
    "LIST": Reader.push_list,
    "DICT": Reader.push_dict,
    "FROZENSET": Reader.push_tuple,
    "POP": Reader.pop,
    "POP_MARK": Reader.pop_mark,
    "DUP": Reader.duplicate,
    "APPEND": Reader.append,
    "APPENDS": Reader.append_all,
    "ADDITEMS": Reader.append_all,
    "SETITEM": Reader.set_item,
    "SETITEMS": Reader.set_items,
    "PUT": Reader.put,
    "BINPUT": Reader.put,
    "LONG_BINPUT": Reader.put,
    "MEMOIZE": Reader.put,
    "GET": Reader.get,
    "BINGET": Reader.get,
    "LONG_BINGET": Reader.get,
    "GLOBAL": Reader.name_global,
    "STACK_GLOBAL": Reader.stack_global,
    "EXT1": Reader.extension,
    "EXT2": Reader.extension,
    "EXT4": Reader.extension,
    "REDUCE": Reader.call,
    "NEWOBJ": Reader.call,
    "NEWOBJ_EX": Reader.call_with_keywords,
    "INST": Reader.instance,
    "OBJ": Reader.call_object,
    "PERSID": Reader.persistent,
    "BINPERSID": Reader.persistent,
    "BUILD": Reader.build,
    "PROTO": Reader.skip,
    "FRAME": Reader.skip,
}
