"""The scores of a run of a project as a file: the same figures, and the same bytes, as from the command line."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource, Project
from segstudio.io.files import write_atomically
from segstudio.services.contact_sheet import contact_sheet
from segstudio.services.evaluate import Evaluation, ScoredStep, evaluate, project_pairs
from segstudio.services.html_report import Report, to_html
from segstudio.services.report import report_settings, tables
from segstudio.services.score_cache import ScoreCache
from segstudio.services.score_files import to_csv, to_json
from segstudio.services.scoring import COUNTS_ONLY, Pair
from segstudio.services.tables import to_latex, to_markdown


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A run that was scored, with all that a report shows."""

    project: Project
    run: LabelSource
    pairs: list[Pair]
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what it is called, its suffix, and what is written to it."""

    text: str
    suffix: str
    made: Callable[[Scored], str]


def write_report(project: Project, run: LabelSource, kind: FileKind, path: Path) -> Generator[ScoredStep, None, None]:
    """Score a run, a step an image, then write the file; stopped before, nothing is written. In a worker.

    Raises ``UnwritableFile``, and ``SegstudioError`` where there is nothing to score.
    """
    if not (pairs := project_pairs(project, run)):
        raise SegstudioError(f"No image of {project.root.name} has labels to score {run.name} against.", "Label some.")
    evaluation = Evaluation(project.schema)
    for step in evaluate(pairs, project.schema, COUNTS_ONLY, ScoreCache(project.root, project.schema, COUNTS_ONLY)):
        evaluation.add(step)
        yield step
    write_atomically(path, kind.made(Scored(project, run, pairs, evaluation)).encode())


def _html(scored: Scored) -> str:
    project, evaluation = scored.project, scored.evaluation
    photos = {sample.id: sample for sample in project.samples}
    sheet = list(contact_sheet(evaluation, scored.pairs, photos))
    settings = report_settings(evaluation, {"truth": str(project.root), "prediction": str(scored.run.folder)})
    title = f"{project.root.name} / {scored.run.name}"
    return to_html(Report(title, evaluation, settings, sheet, unit=project.unit, per_image=True))


KINDS: dict[str, FileKind] = {
    "html": FileKind("Report (HTML)", "html", _html),
    "csv": FileKind("Figures (CSV)", "csv", lambda scored: to_csv(scored.evaluation, per_image=True)),
    "json": FileKind("Figures (JSON)", "json", lambda scored: to_json(scored.evaluation, per_image=True)),
    "markdown": FileKind("Tables (Markdown)", "md", lambda scored: to_markdown(tables(scored.evaluation))),
    "latex": FileKind("Tables (LaTeX)", "tex", lambda scored: to_latex(tables(scored.evaluation))),
}
