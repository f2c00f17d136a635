"""What a model file is, as text and as JSON."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import tomlkit

from segstudio.core.errors import SHOWN, listed
from segstudio.models.description import Choice, Description, preprocess_to_json
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.services.model_facts import own_name, size_rule, title_of
from segstudio.services.normalisations import formula

VERSION = 1
NETWORK = (
    "architecture", "backbone", "family", "options", "classes", "class_names", "input_channels", "preprocess",
)  # fmt: skip
NAMED = {"classes": "class_names"}
"""Fields by the names that programs get; ``classes`` is a number to them."""


def to_json(found: Inspection, tried: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Return the form for programs, with what was ``tried``; null and empty where nothing is known."""
    data: dict[str, Any] = {
        "version": VERSION,
        "file": str(found.file),
        "format": found.format,
        "loadable": found.loadable,
        "needs_trust": found.needs_trust,
        **_network(found.description),
        "parameters": found.parameters,
        "tensors": found.tensors,
        "missing": list(found.missing),
        "unexpected": list(found.unexpected),
        "executes": list(found.executes),
        "reason": found.reason,
        "notes": list(found.description.notes) if found.description is not None else [],
        **tried,
    }
    return json.dumps(data, indent=2) + "\n"


def to_text(found: Inspection) -> str:
    """Return lines for people; what was assumed is marked, and how to set it is said."""
    lines = [f"File: {found.file}", f"Format: {found.format or 'not known'}"]
    if found.description is not None:
        lines += _lines(found, found.description)
    if found.tensors:
        where = f", found in {found.within}" if found.within else ""
        lines.append(f"Weights: {found.parameters:,} parameters in {found.tensors} tensors{where}")
    lines += [f"{title}: {listed(names)}{_rest(names)}" for title, names in _lists(found).items() if names]
    lines.append(f"Loadable: {_loadable(found)}")
    if found.reason is None and found.description is not None and found.description.assumed:
        lines += ["", f"To set what is assumed, write {sidecar_of(found.file)}:", "", sidecar_text(found.description)]
    return "\n".join(lines) + "\n"


def sidecar_text(said: Description) -> str:
    """Return the TOML of a sidecar that says what is assumed of a model, and the first of its classes."""
    document = tomlkit.document()
    document["version"] = VERSION
    if said.choices:
        document["options"] = {choice.option: said.config[choice.option] for choice in said.choices}
    if "preprocess" in said.assumed:
        known = preprocess_to_json(said.preprocess)
        document["preprocess"] = {key: known[key] for key in ("order", "scale", "mean", "std")}
    if "classes" in said.assumed:
        document["class"] = [said.classes.classes[0].entry()]
    more = "# and a [[class]] for each of the others, in the order of the outputs" if "classes" in said.assumed else ""
    return tomlkit.dumps(document) + more


def _network(said: Description | None) -> dict[str, Any]:
    if said is None:
        return {**dict.fromkeys(NETWORK), "assumed": [], "assumed_class_names": None, "choices": []}
    kept = {key: value for key, value in said.config.items() if key not in ("classes", "in_channels")}
    names, assumed = [c.name for c in said.classes.scored], "classes" in said.assumed
    return {
        "architecture": said.architecture,
        "backbone": kept.get("backbone"),
        "family": said.family,
        "options": kept,
        "classes": said.config.get("classes"),
        "class_names": None if assumed else names,
        "input_channels": said.config.get("in_channels"),
        "preprocess": preprocess_to_json(said.preprocess),
        "assumed": [NAMED.get(name, name) for name in said.assumed],
        "assumed_class_names": names if assumed else None,
        "choices": [
            {"option": each.option, "values": list(each.values), "assumed": each.usual, "why": each.why}
            for each in said.choices
        ],
    }


def _loadable(found: Inspection) -> str:
    if found.reason is None:
        return "yes"
    return f"once you trust it (--trust). {found.reason}" if found.needs_trust else f"no. {found.reason}"


def _rest(names: Sequence[str]) -> str:
    """Return where those stand that a line has no room for."""
    return " (--json has all)" if len(names) > SHOWN else ""


def _lines(found: Inspection, said: Description) -> list[str]:
    title = title_of(found.format, said.architecture, found.file) or said.architecture
    name = own_name(said.architecture)
    shown = [f"{key.replace('_', ' ')} {value}" for key, value in said.config.items()]
    p, names = said.preprocess, ", ".join(c.name for c in said.classes.scored)
    values = formula(p)
    return [
        f"Architecture: {title} ({', '.join(shown)})",
        *([f"Program: it calls itself {name}"] if title != said.architecture and name else []),
        f"Family: {said.family}",
        f"Input: {p.order}, {values}{_mark(said, 'preprocess')}",
        *([f"Size: {size_rule(p)}"] if p.size or p.shortest or p.longest else []),
        f"Classes: {names}{_mark(said, 'classes')}",
        *map(_assumption, said.choices),
        *(f"Assumed: {name} = {said.config[name]}, when it was exported" for name in _closed(said)),
        *(f"Note: {note}" for note in said.notes),
    ]


def _assumption(choice: Choice) -> str:
    others = " or ".join(str(value) for value in choice.values if value != choice.usual)
    return f"Assumed: {choice.option} = {choice.usual}, not {others}: {choice.why}"


def _closed(said: Description) -> list[str]:
    """Return the options that were assumed when the network was written down, and can no longer be chosen."""
    marked = {*NAMED, *(choice.option for choice in said.choices)}  # where they are told: of classes it is the names
    return [name for name in said.assumed if name in said.config and name not in marked]


def _mark(said: Description, name: str) -> str:
    return " (assumed)" if name in said.assumed else ""


def _lists(found: Inspection) -> dict[str, tuple[str, ...]]:
    return {"Missing": found.missing, "Unexpected": found.unexpected, "Could run": found.executes}
