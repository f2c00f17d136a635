"""Scores kept by content: the same as if scored anew, never those of other pixels, and safe to delete."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segstudio.core.errors import SizeMismatch
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.masks import write_mask
from segstudio.metrics.outlines import OutlineSettings
from segstudio.services import content_cache
from segstudio.services.evaluate import ScoredStep, evaluate
from segstudio.services.opening import read_plane
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scoring import COUNTS_ONLY, ImageScore, Mask, Pair, Scoring
from tests.conftest import TINY_PROJECT

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (255, 0, 0)),
        LabelClass(9, "never", (0, 255, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
SCORING = Scoring(OutlineSettings(boundary=True, surface="edges"))


class Reads:
    """Counts the files that are decoded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[Path] = []
        monkeypatch.setattr("segstudio.services.scoring.read_plane", self._read)

    def _read(self, path: Path, *rest: object) -> LabelPlane:
        self.paths.append(path)
        return read_plane(path, *rest)  # type: ignore[arg-type]

    def taken(self) -> int:
        count, self.paths = len(self.paths), []
        return count


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(monkeypatch)


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    rng = np.random.default_rng(7)
    made = []
    for name in "abc":
        paths = [tmp_path / side / f"{name}.png" for side in ("truth", "prediction")]
        for path in paths:
            write_mask(path, rng.choice([0, 1, 255], (9, 11)).astype(np.uint8), SCHEMA)
        made.append(Pair(name, Mask(paths[0]), Mask(paths[1], resized=True)))
    write_mask(tmp_path / "prediction" / "c.png", np.zeros((3, 4), np.uint8), SCHEMA)
    return [*made, Pair("d", made[0].truth, None)]


def run(pairs: list[Pair], root: Path, schema: LabelSchema = SCHEMA, scoring: Scoring = SCORING) -> list[ScoredStep]:
    return list(evaluate(pairs, schema, scoring, ScoreCache(root, schema, scoring)))


def same(first: ScoredStep, second: ScoredStep) -> None:
    assert (first.id, str(first.error)) == (second.id, str(second.error))
    if first.score is None or second.score is None:
        assert first.score is second.score
        return
    one, two = first.score, second.score
    np.testing.assert_array_equal(one.confusion.counts, two.confusion.counts)
    assert one.confusion.counts.dtype == two.confusion.counts.dtype
    assert (one.confusion.labels, one.confusion.ignored) == (two.confusion.labels, two.confusion.ignored)
    assert one.resized == two.resized
    assert (one.outlines is None) == (two.outlines is None)
    if one.outlines is not None and two.outlines is not None:
        np.testing.assert_array_equal(one.outlines.bands, two.outlines.bands)
        np.testing.assert_array_equal(one.outlines.values, two.outlines.values)


@pytest.mark.parametrize("scoring", [SCORING, COUNTS_ONLY])
def test_a_second_time_nothing_is_decoded_and_all_is_the_same(
    pairs: list[Pair], tmp_path: Path, reads: Reads, scoring: Scoring
) -> None:
    first = run(pairs, tmp_path, scoring=scoring)
    assert reads.taken() == 6
    second = run(pairs, tmp_path, scoring=scoring)
    assert reads.taken() == 0
    for one, two in zip(first, second, strict=True):
        same(one, two)
    assert [step.score.resized for step in second if step.score] == [False, False, True]


def test_other_pixels_under_the_same_name_are_scored_anew(pairs: list[Pair], tmp_path: Path, reads: Reads) -> None:
    run(pairs, tmp_path)
    reads.taken()
    before = pairs[0].truth.path.stat()
    write_mask(pairs[0].truth.path, np.ones((9, 11), np.uint8), SCHEMA)
    os.utime(pairs[0].truth.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    steps = run(pairs, tmp_path)
    assert reads.taken() == 2
    assert steps[0].confusion is not None
    assert steps[0].confusion.pixels == 99


def test_the_same_pixels_under_another_name_are_known(pairs: list[Pair], tmp_path: Path, reads: Reads) -> None:
    run(pairs, tmp_path)
    reads.taken()
    copy = tmp_path / "copy.png"
    shutil.copy(pairs[0].truth.path, copy)
    run([replace(pairs[0], id="other", truth=Mask(copy))], tmp_path)
    assert reads.taken() == 0


def test_another_class_table_or_way_of_scoring_is_another_file(pairs: list[Pair], tmp_path: Path, reads: Reads) -> None:
    run(pairs, tmp_path)
    ignoring = SCHEMA.with_ignored([1])
    bands = Scoring(OutlineSettings(boundary=True))
    for schema, scoring in ((ignoring, SCORING), (SCHEMA, COUNTS_ONLY), (SCHEMA, bands)):
        reads.taken()
        known = run(pairs[:2], tmp_path, schema, scoring)
        assert reads.taken() == 4
        for one, two in zip(known, evaluate(pairs[:2], schema, scoring), strict=True):
            same(one, replace(two, total=2))


def test_what_is_not_resized_is_another(pairs: list[Pair], tmp_path: Path) -> None:
    run(pairs, tmp_path)
    failed = run([replace(pairs[2], prediction=pairs[2].prediction and Mask(pairs[2].prediction.path))], tmp_path)
    assert isinstance(failed[0].error, SizeMismatch)


def test_it_lies_in_a_project_and_nowhere_in_another_folder(pairs: list[Pair], tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    run(pairs, tmp_path / "plain")
    assert not list((tmp_path / "plain").iterdir())
    (tmp_path / "segstudio.toml").write_text(TINY_PROJECT, encoding="utf-8")
    run(pairs, tmp_path)
    assert len(list((tmp_path / ".segstudio" / "index").glob("scores-*.bin"))) == 1


def test_without_the_file_or_with_a_broken_one_all_is_scored_anew(
    pairs: list[Pair], tmp_path: Path, reads: Reads
) -> None:
    (tmp_path / "segstudio.toml").write_text(TINY_PROJECT, encoding="utf-8")
    first = run(pairs, tmp_path)
    (path,) = (tmp_path / ".segstudio" / "index").glob("scores-*.bin")
    for harm in (lambda: shutil.rmtree(tmp_path / ".segstudio"), lambda: path.write_bytes(b"nonsense")):
        harm()
        reads.taken()
        for one, two in zip(first, run(pairs, tmp_path), strict=True):
            same(one, two)
        assert reads.taken() == 6


def test_a_project_taken_away_meanwhile_is_not_made_anew(pairs: list[Pair], tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "segstudio.toml").write_text(TINY_PROJECT, encoding="utf-8")
    cache = ScoreCache(root, SCHEMA, SCORING)
    shutil.rmtree(root)
    assert all(step.score or step.id == "d" for step in evaluate(pairs, SCHEMA, SCORING, cache))
    assert not root.exists()


def test_a_file_written_to_while_it_is_scored_is_not_kept(pairs: list[Pair], tmp_path: Path) -> None:
    cache = ScoreCache(tmp_path, SCHEMA, SCORING)
    scored = next(step.score for step in evaluate(pairs[1:2], SCHEMA, SCORING) if step.score)

    def slow(pair: Pair) -> ImageScore:
        write_mask(pair.truth.path, np.zeros((9, 11), np.uint8), SCHEMA)
        return scored

    before = pairs[0].truth.path.read_bytes()
    cache.score(slow, pairs[0])
    cache.score(lambda _: scored, pairs[1])
    cache.save()
    for content in (pairs[0].truth.path.read_bytes(), before):
        pairs[0].truth.path.write_bytes(content)
        assert ScoreCache(tmp_path, SCHEMA, SCORING).find(pairs[0]) is None
    assert ScoreCache(tmp_path, SCHEMA, SCORING).find(pairs[1]) is not None


def test_together_they_are_bounded(pairs: list[Pair], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "segstudio.toml").write_text(TINY_PROJECT, encoding="utf-8")
    monkeypatch.setattr(content_cache, "MOST_TOGETHER", 1500)
    for tolerance in (1.0, 2.0, 3.0):
        run(pairs, tmp_path, scoring=Scoring(OutlineSettings(surface="edges", tolerance=tolerance), True))
    index = tmp_path / ".segstudio" / "index"
    assert sum(path.stat().st_size for path in index.iterdir()) <= 1500
