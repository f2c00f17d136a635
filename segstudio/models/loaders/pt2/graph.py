"""The program within a ``.pt2`` archive: JSON in, steps that are all allowed out. Without torch, nothing runs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from segstudio.models.loaders.program_description import OUTPUTS
from segstudio.models.loaders.pt2.arguments import DTYPES, Ref, UnreadableGraph, only, value_of
from segstudio.models.loaders.pt2.operators import allowed
from segstudio.models.loaders.pt2.sizes import Expression, UnreadableSize, parsed
from segstudio.models.loaders.pt2.taken import Range, Taken

_MAJOR: Final = 8
"""The version of the form that is read; torch 2.5 and later write it."""
_POSITIONAL: Final = 1
_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class Step:
    """A call, with what it leaves; several ``results`` are the parts of one value, one that is nested a list."""

    target: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    results: tuple[Any, ...]
    parts: tuple["Part", ...] = ()
    single: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """Steps that are run in order: ``inputs`` are names, ``outputs`` what is returned of what they leave."""

    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    outputs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole program: ``weights`` and ``constants`` are names of inputs by what they are called in the archive.

    ``given`` are inputs whose value stands in the program; ``names`` are those of the outputs where it returns a dict.
    ``learnt`` are the weights that are parameters. As the file says it, and so for people alone: ``shape`` and
    ``output`` are the sides, 0 where not told, and the kind of numbers of the scores, ``title`` is the class of the
    network.
    """

    part: Part
    taken: Taken
    weights: Mapping[str, str]
    constants: Mapping[str, str]
    given: Mapping[str, Any]
    names: tuple[str, ...] = ()
    learnt: frozenset[str] = frozenset()
    shape: tuple[int, ...] = ()
    output: str = ""
    title: str = ""


def read_graph(data: Mapping[str, Any]) -> Graph:
    """Read the JSON of an exported program; raises ``UnreadableGraph`` for anything that is not allowed or damaged."""
    try:
        if (version := data["schema_version"]["major"]) != _MAJOR:
            raise UnreadableGraph(f"it has version {version} of its form, and {_MAJOR} is known here")
        if blocked := tuple(dict.fromkeys(target for target in _targets(data) if not allowed(target))):
            raise UnreadableGraph("it calls what is no operator of a network", blocked)
        return _graph(data)
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise UnreadableGraph(f"its program is damaged ({type(error).__name__}: {error})") from error


def _targets(data: Any) -> Iterator[str]:
    """Find all that is called, in parts of the program too, wherever they stand."""
    stack = [data["graph_module"]["graph"]]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if "nodes" in value and isinstance(value["nodes"], list):
                yield from (str(node["target"]) for node in value["nodes"])
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)


def _graph(data: Mapping[str, Any]) -> Graph:
    module = data["graph_module"]
    graph, signature = module["graph"], module["signature"]
    weights: dict[str, str] = {}
    constants: dict[str, str] = {}
    given: dict[str, Any] = {}
    pictures: list[str] = []
    learnt: list[str] = []
    for declared, spec in zip(graph["inputs"], signature["input_specs"], strict=True):
        kind, value = only(spec)
        if kind == "parameter":
            weights[_name(declared)] = str(value["parameter_name"])
            learnt.append(_name(declared))
        elif kind == "buffer":
            (weights if value["persistent"] else constants)[_name(declared)] = str(value["buffer_name"])
        elif kind == "tensor_constant":
            constants[_name(declared)] = str(value["tensor_constant_name"])
        elif kind == "constant_input":
            given[str(value["name"])] = only(value["value"])[1]
        elif kind == "user_input" and only(declared)[0] == "as_tensor":
            pictures.append(_name(declared))
        elif kind == "user_input":
            raise UnreadableGraph("it takes more than an image")
        else:
            raise UnreadableGraph(f"it takes a {kind}", (kind,))
    if len(pictures) != 1:
        raise UnreadableGraph(f"it takes {len(pictures)} inputs, and an image is one")
    part = _part(graph, 0)
    kept = _user_outputs(part, signature["output_specs"])
    names = _output_names(module, len(kept.outputs))
    shape, output = _scores(graph, kept, names)
    return Graph(
        kept, _taken(data, graph, pictures[0]), weights, constants, given, names, frozenset(learnt),
        shape, output, _title(graph),
    )  # fmt: skip


def _part(graph: Mapping[str, Any], depth: int) -> Part:
    if depth > _DEEPEST:
        raise UnreadableGraph("its parts have parts to no end")
    steps = tuple(_step(node, depth) for node in graph["nodes"])
    return Part(tuple(map(_name, graph["inputs"])), steps, tuple(value_of(output) for output in graph["outputs"]))


def _step(node: Mapping[str, Any], depth: int) -> Step:
    target, arguments, keywords, parts = str(node["target"]), [], {}, []
    for entry in node["inputs"]:
        kind, value = only(entry["arg"])
        if kind == "as_graph":
            parts.append(_part(value["graph"], depth + 1))
        elif not target.startswith("torch.ops.aten."):
            arguments.append(value_of(entry["arg"]))
        elif not (name := entry["name"]) or name in keywords:
            raise UnreadableGraph(f"{target} is given an argument without a name, or one twice")
        else:
            keywords[str(name)] = value_of(entry["arg"])
    results = tuple(value_of(output) for output in node["outputs"])
    listed = len(results) == 1 and isinstance(results[0], list)
    single = node.get("is_hop_single_tensor_return") is not False
    return Step(target, tuple(arguments), keywords, tuple(results[0]) if listed else results, tuple(parts),
                single and len(results) == 1 and not listed)  # fmt: skip


def _name(union: Mapping[str, Any]) -> str:
    kind, value = only(union)
    found = value.get("name") if kind == "as_tensor" else value.get("as_name") if kind == "as_sym_int" else None
    if not isinstance(found, str):
        raise UnreadableGraph("it takes more than an image")
    return found


def _user_outputs(part: Part, specs: list[Mapping[str, Any]]) -> Part:
    """Return what a user is given of the outputs: others are what the program writes back into its own buffers."""
    kept = [value for value, spec in zip(part.outputs, specs, strict=True) if only(spec)[0] == "user_output"]
    if not any(isinstance(value, Ref) for value in kept):
        raise UnreadableGraph("it returns nothing")
    return Part(part.inputs, part.steps, tuple(kept))


def _output_names(module: Mapping[str, Any], count: int) -> tuple[str, ...]:
    """Return the keys of a dict that is returned; none where it is anything else."""
    try:
        tree = json.loads(module["module_call_graph"][0]["signature"]["out_spec"])[1]
        names = json.loads(tree["context"])
        plain = all(not child["children_spec"] for child in tree["children_spec"])
    except (LookupError, TypeError, ValueError, RecursionError):
        return ()
    mapping = tree["type"] in ("builtins.dict", "collections.OrderedDict") and isinstance(names, list)
    return tuple(map(str, names)) if mapping and plain and len(names) == count else ()


def _taken(data: Mapping[str, Any], graph: Mapping[str, Any], name: str) -> Taken:
    meta = graph["tensor_values"][name]
    bound, guards = False, []
    sides: list[int | Expression] = []
    example = tuple(_example(side) for side in meta["sizes"])
    for side, usual in zip(meta["sizes"], example, strict=True):
        kind, value = only(side)
        try:
            sides.append(value if kind == "as_int" else parsed(str(value["expr_str"])))
        except UnreadableSize:
            bound = True
            sides.append(usual)
    for text in data.get("guards_code", ()):
        try:
            guards.append(parsed(str(text)))
        except UnreadableSize:
            bound = True
    if not all(example):
        raise UnreadableGraph("it does not tell which size it was made with")
    ranges = {str(key): _range(limits) for key, limits in data["range_constraints"].items()}
    found = Taken(tuple(sides), example, DTYPES[meta["dtype"]], ranges, tuple(guards), bound)
    if len(example) != 4:
        raise UnreadableGraph(f"it takes arrays of {len(example)} dimensions, and images have 4")
    return found if found.accepts(example) else Taken(example, example, found.dtype, bound=True)


def _range(limits: Mapping[str, Any]) -> Range:
    return tuple(v if isinstance(v, int) else None for v in (limits["min_val"], limits["max_val"]))  # type: ignore[return-value]


def _example(side: Mapping[str, Any]) -> int:
    kind, value = only(side)
    found = value if kind == "as_int" else (value.get("hint") or {}).get("as_int", 0)
    return found if type(found) is int and 0 < found <= 1 << 16 else 0


def _scores(graph: Mapping[str, Any], part: Part, names: tuple[str, ...]) -> tuple[tuple[int, ...], str]:
    """Return the shape and the kind of numbers of the output that are the scores, by its name or as the first."""
    named = dict(zip(names, part.outputs, strict=True)) if names else {}
    found = [named[name] for name in OUTPUTS if name in named] + list(part.outputs)
    for value in found:
        meta = graph["tensor_values"].get(value.name) if isinstance(value, Ref) else None
        if meta and len(meta["sizes"]) in (3, 4):
            return tuple(map(_example, meta["sizes"])), DTYPES.get(meta["dtype"], "")
    return (), ""


def _title(graph: Mapping[str, Any]) -> str:
    """Return the class of the network, from where the calls came from; none where it is not told."""
    for node in graph["nodes"]:
        stack = str(node.get("metadata", {}).get("nn_module_stack", ""))
        name = stack.partition(";")[0].rpartition(",")[2].rpartition(".")[2]
        if name.isidentifier() and name[0].isupper():
            return name
    return ""
