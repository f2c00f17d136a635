"""The scores of a run of a project as a file: the same figures, and the same bytes, as from the command line."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource, Project, SampleRecord
from segstudio.io.files import write_atomically
from segstudio.services import conventions
from segstudio.services.contact_sheet import contact_sheet
from segstudio.services.contest import STEPS, contest, leads, sides
from segstudio.services.contest_report import Contest
from segstudio.services.contest_report import tables as contest_tables
from segstudio.services.evaluate import Evaluation, evaluate, project_pairs
from segstudio.services.group_report import group_tables, groups_by
from segstudio.services.groups import WAYS
from segstudio.services.html_report import Report, to_html
from segstudio.services.report import report_settings, tables
from segstudio.services.score_cache import ScoreCache
from segstudio.services.score_files import to_csv, to_json
from segstudio.services.scoring import Pair, Scoring
from segstudio.services.tables import Table, to_latex, to_markdown


@dataclass(frozen=True, slots=True, eq=False)
class ReportSubject:
    """Whose scores are wanted; a report also tells of the ``other`` beside it, and of groups by ``records``."""

    project: Project
    run: LabelSource
    other: LabelSource | None = None
    records: Mapping[str, SampleRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A run that was scored, with all that a report shows."""

    asked: ReportSubject
    pairs: list[Pair]
    evaluation: Evaluation
    more: Sequence[Table] = ()


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: what it is called, its suffix, and what is written to it; ``full`` takes longer and has more."""

    text: str
    suffix: str
    made: Callable[[Scored], str]
    full: bool = False


class ReportStep(NamedTuple):
    """How far a part of the work is; ``what`` names the part."""

    what: str
    done: int
    total: int


def write_report(asked: ReportSubject, kind: FileKind, path: Path) -> Generator[ReportStep | Path, None, None]:
    """Score a run, in steps, then write the file and yield its path; stopped before, nothing is written. In a worker.

    Raises ``UnwritableFile``, and ``SegstudioError`` where there is nothing to score.
    """
    project, run = asked.project, asked.run
    if not (pairs := project_pairs(project, run)):
        raise SegstudioError(f"No image of {project.root.name} has labels to score {run.name} against.", "Label some.")
    evaluation = yield from _scored(project, run, pairs, "Scoring for the file")
    more = (yield from _more(asked, pairs, evaluation)) if kind.full and evaluation.ids else []
    write_atomically(path, kind.made(Scored(asked, pairs, evaluation, more)).encode())
    yield path


def _scored(
    project: Project, run: LabelSource, pairs: list[Pair], what: str
) -> Generator[ReportStep, None, Evaluation]:
    counts = Scoring(resize=run.resized)
    evaluation = Evaluation(project.schema, scoring=counts)
    for step in evaluate(pairs, project.schema, counts, ScoreCache(project.root, project.schema, counts)):
        evaluation.add(step)
        yield ReportStep(what, step.done, step.total)
    return evaluation


def _more(asked: ReportSubject, pairs: list[Pair], evaluation: Evaluation) -> Generator[ReportStep, None, list[Table]]:
    """Return what is told beside the scores: groups where there are several, the second prediction, conventions."""
    groups = [found for found in groups_by(evaluation, WAYS, asked.records) if len(found.groups) > 1]
    tables = group_tables(evaluation, groups)
    if asked.other is not None:
        tables += yield from _contest(asked, asked.other, evaluation)
    for step in conventions.measure(pairs, asked.project.schema, evaluation.scoring, asked.project.root):
        if isinstance(step, conventions.Measured):
            tables.append(conventions.table(conventions.restated(step)))
        else:
            yield ReportStep("Scoring by other conventions", step.done, step.total)
    return tables


def _contest(
    asked: ReportSubject, other: LabelSource, evaluation: Evaluation
) -> Generator[ReportStep, None, list[Table]]:
    pairs = project_pairs(asked.project, other)
    second = yield from _scored(asked.project, other, pairs, "Scoring the second prediction")
    if not set(second.ids) & set(evaluation.ids):
        return []
    both, found = sides(evaluation.scores, second.scores), Contest(asked.run.name, other.name, asked.project.schema)
    for done, bouts in enumerate(contest(both, asked.project.schema), 1):
        found.bouts += bouts
        yield ReportStep("Comparing the two", done, STEPS)
    found.leads = leads(both, "iou", None)
    named = f"A is {found.first}, B is {found.second}"
    return [replace(table, title=f"{table.title} ({named})") for table in contest_tables(found, ("iou",))]


def _html(scored: Scored) -> str:
    asked, evaluation = scored.asked, scored.evaluation
    project = asked.project
    photos = {sample.id: sample for sample in project.samples}
    sheet = list(contact_sheet(evaluation, scored.pairs, photos))
    compared = {"truth": str(project.root), "prediction": str(asked.run.folder)}
    if asked.other is not None:
        compared["second prediction"] = str(asked.other.folder)
    settings, title = report_settings(evaluation, compared), f"{project.root.name} / {asked.run.name}"
    return to_html(Report(title, evaluation, settings, sheet, scored.more, project.unit, per_image=True))


KINDS: dict[str, FileKind] = {
    "html": FileKind("Report (HTML)", "html", _html, full=True),
    "csv": FileKind("Figures (CSV)", "csv", lambda scored: to_csv(scored.evaluation, per_image=True)),
    "json": FileKind("Figures (JSON)", "json", lambda scored: to_json(scored.evaluation, per_image=True)),
    "markdown": FileKind("Tables (Markdown)", "md", lambda scored: to_markdown(tables(scored.evaluation))),
    "latex": FileKind("Tables (LaTeX)", "tex", lambda scored: to_latex(tables(scored.evaluation))),
}
