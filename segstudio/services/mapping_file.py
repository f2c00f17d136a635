"""A class mapping as a file, for ``segstudio predict --map FILE`` and for others who use the same model."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import tomlkit

from segstudio.core.errors import UnreadableFile, listed
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.files import read_text, write_atomically
from segstudio.io.toml_files import checked, toml_error, toml_values
from segstudio.models.segmenter import ModelInfo
from segstudio.services.class_mapping import BY_NAME, BY_ORDER, ClassMapping, Rule, Target, standing

VERSION: Final = 1
_KEYS: Final = ("version", "rest", "new", "nothing", "to")
_LONGEST_ID: Final = 10
"""Digits; Python makes no number of thousands of them."""
_HEAD: Final = """\
Which class of the project each output of a model is written as. On the left of [to] the model's class, on the
right the project's: names, or ids. "new" become classes of their own, "nothing" is written as background.
What stands nowhere goes by "rest": "name" or "order"."""


def mapping_of(text: str, info: ModelInfo, schema: LabelSchema) -> ClassMapping:
    """Return what ``--map`` asks for: "name", "order", or the mapping in a file. Raises as ``read_mapping`` does."""
    ready = {"name": BY_NAME, "order": BY_ORDER}
    return ready[text] if text in ready else read_mapping(Path(text), info, schema)


def read_mapping(path: Path, info: ModelInfo, schema: LabelSchema) -> ClassMapping:
    """Read a mapping by hand of a model for a project's classes.

    Raises ``UnreadableFile`` for what is no such file, or names a class that the model or the project has not.
    """
    data = toml_values(path, read_text(path))
    if unknown := [key for key in data if key not in _KEYS]:
        raise toml_error(path, f'"{unknown[0]}" is not known here; known are {", ".join(_KEYS)}')
    if (version := checked(path, data, "version", int, VERSION)) > VERSION:
        raise toml_error(path, f"it is of version {version}, and this program reads up to {VERSION}: update it")
    outputs, classes = _Named("the model", info.classes.scored), _Named("the project", schema.classes)
    chosen: dict[int, Target] = {}
    for key in ("new", "nothing"):
        for name in checked(path, data, key, list, []):
            _choose(path, chosen, outputs.id_of(path, name), "new" if key == "new" else "nothing")
    for name, target in _table(path, data).items():
        _choose(path, chosen, outputs.id_of(path, name), classes.id_of(path, target))
    return ClassMapping("hand", _rule(path, data), chosen)


def write_mapping(path: Path, mapping: ClassMapping, info: ModelInfo, schema: LabelSchema) -> None:
    """Write what was chosen by hand, whole or not at all. Raises ``UnwritableFile``."""
    outputs, classes = _Named("the model", info.classes.scored), _Named("the project", schema.classes)
    rows = [(outputs.name_of(i), target) for i, target in standing(mapping, info, schema).items()]
    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document["version"] = VERSION
    document["rest"] = mapping.rule
    for key in ("new", "nothing"):
        document[key] = [name for name, target in rows if target == key]
    document["to"] = {str(name): classes.name_of(target) for name, target in rows if isinstance(target, int)}
    write_atomically(path, tomlkit.dumps(document).encode())


def _table(path: Path, data: Mapping[str, Any]) -> Mapping[str, Any]:
    found = data.get("to", {})
    if not isinstance(found, Mapping):
        raise toml_error(path, '"to" has to be a table, [to]')
    return found


def _rule(path: Path, data: Mapping[str, Any]) -> Rule:
    found = checked(path, data, "rest", str, "name")
    if found not in ("name", "order"):
        raise toml_error(path, f'"rest" is "name" or "order", not "{found}"')
    return "order" if found == "order" else "name"


def _choose(path: Path, chosen: dict[int, Target], class_id: int, target: Target) -> None:
    if class_id in chosen:
        raise toml_error(path, f"the class {class_id} of the model stands there twice")
    chosen[class_id] = target


class _Named:
    """Classes by what a file calls them: their name where only one has it and it is no id, else their id."""

    def __init__(self, whose: str, classes: tuple[LabelClass, ...]) -> None:
        self._whose = whose
        self._names = {c.id: c.name for c in classes}
        counts = Counter(self._names.values())
        self._ids = {name: i for i, name in self._names.items() if counts[name] == 1 and not self._is_id(name)}

    def name_of(self, class_id: int) -> str | int:
        name = self._names.get(class_id, "")
        return name if self._ids.get(name) == class_id else class_id

    def id_of(self, path: Path, said: object) -> int:
        """Return the class of a name or an id, which on the left of a TOML table is text; raises ``UnreadableFile``."""
        if isinstance(said, str) and said in self._ids:
            return self._ids[said]
        if not isinstance(said, bool) and self._is_id(str(said)):
            return int(str(said))
        raise UnreadableFile(
            path,
            f"{said!r} is no class of {self._whose}, or not the only one",
            f"It has {listed(list(self._names.values()))}. Write the name, or the id as a number.",
        )

    def _is_id(self, name: str) -> bool:
        return name.isdecimal() and len(name) <= _LONGEST_ID and int(name) in self._names
