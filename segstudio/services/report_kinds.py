"""What can be written of a run's scores, and from what. Data only: what writes it is imported when it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from segstudio.core.records import LabelSource, Project, SampleRecord


@dataclass(frozen=True, slots=True, eq=False)
class ReportSubject:
    """Whose scores are wanted; a report also tells of the ``other`` beside it, and of groups by ``records``."""

    project: Project
    run: LabelSource
    other: LabelSource | None = None
    records: Mapping[str, SampleRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what it is called, its suffix, and the ``module:function`` that makes its text of a ``Scored``;
    ``full`` takes longer and has more."""

    text: str
    suffix: str
    made: str
    full: bool = False


class ReportStep(NamedTuple):
    """How far a part of the work is; ``what`` names the part."""

    what: str
    done: int
    total: int


_TEXTS = "segstudio.services.project_report"

KINDS: dict[str, FileKind] = {
    "html": FileKind("Report (HTML)", "html", f"{_TEXTS}:html", full=True),
    "csv": FileKind("Figures (CSV)", "csv", f"{_TEXTS}:csv"),
    "json": FileKind("Figures (JSON)", "json", f"{_TEXTS}:json"),
    "markdown": FileKind("Tables (Markdown)", "md", f"{_TEXTS}:markdown", full=True),
    "latex": FileKind("Tables (LaTeX)", "tex", f"{_TEXTS}:latex", full=True),
}
