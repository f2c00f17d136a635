"""What network weights are of, told by their names and shapes alone. Without torch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from segstudio.models.description import Choice
from segstudio.models.loaders.recognition import options
from segstudio.models.loaders.recognition.dialects import DIALECTS, Dialect
from segstudio.models.loaders.recognition.strangers import stranger
from segstudio.models.loaders.stored import Stored, some
from segstudio.models.references import Option, translated
from segstudio.models.zoo import ARCHITECTURES
from segstudio.models.zoo.bounds import LARGEST_CLASSES

__all__ = ["Recognised", "Unrecognised", "left_open", "recognise"]


class Unrecognised(ValueError):
    """Weights of no network that is built here; the text says what they are, or how they begin.

    ``way_out`` is how they can be loaded all the same, where there is a way.
    """

    def __init__(self, reason: str, way_out: str = "") -> None:
        super().__init__(reason)
        self.way_out = way_out


@dataclass(frozen=True, slots=True)
class Recognised:
    """``options`` build the network, ``in_channels`` and ``classes`` among them; ``weights`` have its names.

    ``choices`` are options that weights do not tell; each stands in ``options`` with its usual value.
    """

    architecture: str
    family: str
    options: dict[str, Option]
    weights: Stored
    choices: tuple[Choice, ...]


def left_open(architecture: str, config: Mapping[str, Option], assumed: Iterable[str]) -> tuple[Choice, ...]:
    """Return the options among what is ``assumed`` of a network that weights do not tell; ``usual`` is what it has."""
    known = {
        each.option: each for dialect in DIALECTS if dialect.architecture == architecture for each in dialect.choices
    }
    found = (known[name] for name in assumed if name in known)
    return tuple(replace(each, usual=config[each.option]) for each in found if config.get(each.option) in each.values)


def recognise(weights: Stored) -> Recognised:
    """Tell architecture, options and family of weights by their names as the file has them, prefixes taken off.

    Raises ``Unrecognised`` for weights of a network that is not built here.
    """
    failed: Unrecognised | None = None
    for dialect in DIALECTS:
        if all(mark in weights for mark in dialect.marks) and not any(name in weights for name in dialect.absent):
            try:
                return _read(dialect, weights)
            except Unrecognised as error:
                failed = error
                break
    if (known := stranger(weights)) is not None:
        raise Unrecognised(f"it is {known.title}: {known.reason}", known.way_out)
    raise failed or Unrecognised(f"its weights are of another architecture (it begins with {some(weights)})")


def _read(dialect: Dialect, weights: Stored) -> Recognised:
    title = f"{ARCHITECTURES[dialect.architecture].title} as {dialect.family} names it"
    try:
        ours = translated(weights, dialect.keys)
        classes, channels = ours[dialect.head].shape[0], options.input_channels(ours)
        read = {"classes": classes, "in_channels": channels, **dialect.read(ours)}
    except options.UnknownBackbone as error:
        raise Unrecognised(f"it is {title}, but {error}") from error
    except (KeyError, IndexError, ValueError) as error:
        raise Unrecognised(f"it looks like {title}, but lacks or differs in {error}") from error
    if not 0 < classes <= LARGEST_CLASSES:
        raise Unrecognised(f"it tells {classes} classes apart")
    assumed = {choice.option: choice.usual for choice in dialect.choices}
    return Recognised(dialect.architecture, dialect.family, {**read, **assumed}, ours, dialect.choices)
