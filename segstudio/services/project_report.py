"""The scores of a run of a project as a file: the same figures, and the same bytes, as from the command line."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segstudio.core.errors import SegstudioError
from segstudio.core.late import imported
from segstudio.core.records import LabelSource, Project
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
from segstudio.services.report_kinds import FileKind, ReportStep, ReportSubject
from segstudio.services.score_cache import ScoreCache
from segstudio.services.score_files import to_csv, to_json
from segstudio.services.scoring import Pair
from segstudio.services.tables import Table, to_latex, to_markdown


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A run that was scored, with all that a report shows."""

    asked: ReportSubject
    pairs: list[Pair]
    evaluation: Evaluation
    more: Sequence[Table] = ()


def write_report(asked: ReportSubject, kind: FileKind, path: Path) -> Generator[ReportStep | Path, None, None]:
    """Score a run, in steps, then write the file and yield its path; stopped before, nothing is written. In a worker.

    Raises ``UnwritableFile``, and ``SegstudioError`` where there is nothing to score.
    """
    project, run = asked.project, asked.run
    if not (pairs := project_pairs(project, run)):
        raise SegstudioError(f"No image of {project.root.name} has labels to score {run.name} against.", "Label some.")
    evaluation = yield from _scored(project, pairs, "Scoring for the file")
    more = (yield from _more(asked, pairs, evaluation)) if kind.full and evaluation.ids else []
    text: str = imported(kind.made)(Scored(asked, pairs, evaluation, more))
    write_atomically(path, text.encode())
    yield path


def _scored(project: Project, pairs: list[Pair], what: str) -> Generator[ReportStep, None, Evaluation]:
    evaluation = Evaluation(project.schema)
    cache = ScoreCache(project.root, project.schema, evaluation.scoring)
    for step in evaluate(pairs, project.schema, evaluation.scoring, cache):
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
    second = yield from _scored(asked.project, pairs, "Scoring the second prediction")
    if not set(second.ids) & set(evaluation.ids):
        return []
    both, found = sides(evaluation.scores, second.scores), Contest(asked.run.name, other.name, asked.project.schema)
    for done, bouts in enumerate(contest(both, asked.project.schema), 1):
        found.bouts += bouts
        yield ReportStep("Comparing the two", done, STEPS)
    found.leads = leads(both, "iou", None)
    named = f"A is {found.first}, B is {found.second}"
    return [replace(table, title=f"{table.title} ({named})") for table in contest_tables(found, ("iou",))]


def _settings(scored: Scored) -> list[tuple[str, str]]:
    asked = scored.asked
    compared = {"truth": str(asked.project.root), "prediction": str(asked.run.folder)}
    if asked.other is not None:
        compared["second prediction"] = str(asked.other.folder)
    return report_settings(scored.evaluation, compared)


def _tables(scored: Scored) -> list[Table]:
    """Return what was compared, and how, before the scores, and after them those of the second prediction."""
    settings = Table("What was compared", ["", ""], _settings(scored), words=2)
    return [settings, *tables(scored.evaluation), *scored.more]


def html(scored: Scored) -> str:
    asked, evaluation = scored.asked, scored.evaluation
    project = asked.project
    photos = {sample.id: sample for sample in project.samples}
    sheet = list(contact_sheet(evaluation, scored.pairs, photos))
    settings, title = _settings(scored), f"{project.root.name} / {asked.run.name}"
    return to_html(Report(title, evaluation, settings, sheet, scored.more, project.unit, per_image=True))


def csv(scored: Scored) -> str:
    return to_csv(scored.evaluation, per_image=True)


def json(scored: Scored) -> str:
    return to_json(scored.evaluation, per_image=True)


def markdown(scored: Scored) -> str:
    return to_markdown(_tables(scored))


def latex(scored: Scored) -> str:
    return to_latex(_tables(scored))
