"""``<model file>.segstudio.toml``: what a person knows of a model that its file does not tell."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile
from segstudio.core.schema import LabelSchema
from segstudio.core.toml_bounds import check_toml
from segstudio.models.description import (
    VERSION,
    Description,
    classes_from_json,
    names_of,
    preprocess_from_json,
    preprocess_to_json,
)

LARGEST: Final = 1 << 18
"""Bytes; a few thousand classes have as many."""
_KEYS: Final = ("version", "options", "preprocess", "class")
_MEND: Final = "Mend or remove it; the model was not loaded."


def sidecar_of(path: Path) -> Path:
    """Return where what a person knows of a model stands."""
    return path.with_name(f"{path.name}.segstudio.toml")


def with_sidecar(path: Path, said: Description) -> Description:
    """Return the description with what stands in the sidecar of ``path``, which then is no longer assumed.

    Raises ``UnreadableFile``, naming the sidecar, for what cannot be true of this model.
    """
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return said
    try:
        if sidecar.stat().st_size > LARGEST:
            raise ValueError("it is too large")
        return _applied(_read(sidecar), said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        fault = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise UnreadableFile(sidecar, fault, _MEND) from error


def _read(sidecar: Path) -> dict[str, Any]:
    text = sidecar.read_text(encoding="utf-8")
    check_toml(text)
    return tomllib.loads(text)


def _applied(data: Mapping[str, Any], said: Description) -> Description:
    _check_keys(data)
    options = dict(data.get("options", {}))
    for name, value in options.items():
        _check(name, value, said)
    known = [*options]
    if "preprocess" in data:
        preprocess = preprocess_from_json(preprocess_to_json(said.preprocess) | dict(data["preprocess"]))
        said = replace(said, preprocess=preprocess)
        known += names_of(data["preprocess"])
    if "class" in data:
        said = replace(said, classes=LabelSchema(classes_from_json(data["class"])))
        known.append("classes")
    return _settled(replace(said, config={**said.config, **options}), tuple(dict.fromkeys(known)))


def _settled(said: Description, known: tuple[str, ...]) -> Description:
    """Return a description in which what is named is no longer assumed or open, but corrected."""
    return replace(
        said,
        assumed=tuple(name for name in said.assumed if name not in known),
        choices=tuple(choice for choice in said.choices if choice.option not in known),
        corrected=known,
        settled=tuple(choice for choice in said.choices if choice.option in known),
    )


def _check_keys(data: Mapping[str, Any]) -> None:
    if unknown := [key for key in data if key not in _KEYS]:
        raise ValueError(f"'{unknown[0]}' is not known here; known are {', '.join(_KEYS)}")
    if data.get("version", VERSION) != VERSION:
        raise ValueError(f"it has version {data['version']}, and {VERSION} is known here")


def _check(name: str, value: object, said: Description) -> None:
    choice = next((each for each in said.choices if each.option == name), None)
    if choice is None:
        open_ones = ", ".join(each.option for each in said.choices) or "none"
        raise ValueError(f"'{name}' is no option that is open for this model; open are: {open_ones}")
    if not any(type(value) is type(each) and value == each for each in choice.values):
        raise ValueError(f"'{name}' is one of {', '.join(map(str, choice.values))}")
