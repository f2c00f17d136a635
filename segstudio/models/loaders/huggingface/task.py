"""What a OneFormer is told to do, as numbers of words: by the tokenizer in its folder, and without a network."""

from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile
from segstudio.core.late import imported_extra
from segstudio.models.loaders.fields import Fields
from segstudio.models.loaders.folders import LARGEST_JSON, inside, read_json

TASK: Final = "the task is semantic"
_BEGIN, _END = "<|startoftext|>", "<|endoftext|>"
_WORD_END: Final = "</w>"
_HINT: Final = "Copy the files of its tokenizer, vocab.json and merges.txt or tokenizer.json, into the folder."


def task_tokens(folder: Path, length: int) -> list[int]:
    """Return ``TASK`` as the numbers that CLIP's byte pair encoding has for it, followed by zeros to ``length``.

    Raises ``UnreadableFile`` for a folder that has no vocabulary, or one without these words.
    """
    vocabulary, merges = _vocabulary(folder)
    tokenizers = imported_extra("tokenizers", "huggingface", "A OneFormer model")
    try:
        encoder = tokenizers.models.BPE(vocab=vocabulary, merges=merges, end_of_word_suffix=_WORD_END)
        words = [vocabulary[token.value] for word in TASK.split() for token in encoder.tokenize(word)]
        found = [vocabulary[_BEGIN], *words, vocabulary[_END]]
    except Exception as error:  # the library raises Exception itself
        raise UnreadableFile(folder, f"its vocabulary has no words for '{TASK}' ({error})", _HINT) from error
    if len(found) > length:
        raise UnreadableFile(folder, f"it takes {length} words, and '{TASK}' has {len(found)}", _HINT)
    return found + [0] * (length - len(found))


def _vocabulary(folder: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    if (folder / "tokenizer.json").exists():
        model = Fields(folder / "tokenizer.json", read_json(folder, "tokenizer.json")).inner("model").data
        return _checked(folder, model.get("vocab"), model.get("merges"))
    if not (folder / "vocab.json").exists() or not (folder / "merges.txt").exists():
        raise UnreadableFile(folder, "it is a OneFormer and has no tokenizer to tell it its task by", _HINT)
    lines = _lines(folder)
    return _checked(folder, read_json(folder, "vocab.json"), lines)


def _lines(folder: Path) -> list[str]:
    path = inside(folder, "merges.txt")
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise UnreadableFile(path, f"it has more than {LARGEST_JSON:,} bytes", _HINT)
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#v")]
    except (OSError, ValueError) as error:
        raise UnreadableFile(path, f"it is no text ({error})", _HINT) from error


def _checked(folder: Path, vocabulary: Any, merges: Any) -> tuple[dict[str, int], list[tuple[str, str]]]:
    damaged = UnreadableFile(folder, "the vocabulary of its tokenizer is damaged", _HINT)
    if not isinstance(vocabulary, dict) or not isinstance(merges, list):
        raise damaged
    pairs = [tuple(pair.split(" ")) if isinstance(pair, str) else pair for pair in merges]
    if not all(type(number) is int and 0 <= number < 1 << 20 for number in vocabulary.values()):
        raise damaged
    if not all(isinstance(p, tuple | list) and len(p) == 2 and {type(part) for part in p} == {str} for p in pairs):
        raise damaged
    return vocabulary, [(pair[0], pair[1]) for pair in pairs]
