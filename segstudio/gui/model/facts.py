"""What a card says of a model, as text."""

from typing import NamedTuple

from segstudio.core.errors import listed
from segstudio.models import ModelInfo
from segstudio.models.description import Choice
from segstudio.models.references import Option
from segstudio.services.zoo import shown


class Fact(NamedTuple):
    """``more`` is what there is no room for."""

    name: str
    value: str
    assumed: bool = False
    more: str = ""


def facts(info: ModelInfo) -> list[Fact]:
    """Return what a card says of a model."""
    classes = [c.name for c in info.classes.scored]
    score = info.training.get("mean_iou")
    p = info.preprocess
    chosen = {c.option for c in info.choices}
    built_with = {key: value for key, value in info.options.items() if key not in chosen}
    return [
        Fact("File", info.file.name),
        Fact("Architecture", ", ".join(filter(None, (info.architecture, shown(built_with))))),
        *([Fact("Family", info.family)] if info.format != "segstudio" else []),
        *(Fact(c.option.replace("_", " ").capitalize(), _choice(c), True, c.why) for c in info.choices),
        Fact("Parameters", f"{info.parameters / 1e6:.2f} M, {info.file.stat().st_size / 1e6:.1f} MB on disk"),
        Fact("Input", f"{p.order}, any size" if p.size is None else f"{p.order}, {p.size[1]} x {p.size[0]}"),
        Fact("Classes", f"{len(classes)}: {listed(classes)}", "classes" in info.assumed, ", ".join(classes)),
        Fact("Normalisation", f"/ {p.scale:g}, mean {_numbers(p.mean)}, std {_numbers(p.std)}",
             "preprocess" in info.assumed),
        Fact("Device", f"{info.device}, {info.precision}"),
        *([Fact("Trained to", f"mean IoU {score:.3f} on unseen images")] if isinstance(score, float) else []),
    ]  # fmt: skip


def _choice(choice: Choice) -> str:
    others = " or ".join(_word(value) for value in choice.values if value != choice.usual)
    return f"{_word(choice.usual)}, or {others}"


def _word(value: Option) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(f"{v:.3g}" for v in values)
