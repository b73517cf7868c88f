"""What loading changed, and what of it a person has to hear."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from connectors.contract import ASKED
from connectors.reading import filled_in
from warehouse.history.following import Synced
from warehouse.secret_shapes import struck
from warehouse.texts import number_of


def of_file(path: str, sentence: str) -> str:
    """What is said of a file, its path in front; a sentence that begins with the file's name says it once."""
    name = path.rsplit("/", 1)[-1]
    return f"{path.removesuffix(name)}{sentence}" if sentence.startswith(name) else f"{path}: {sentence}"


@dataclass(frozen=True)
class Loaded:
    """What loading changed, in the words of the loads table."""

    synced: Synced
    files: pl.DataFrame = field(default_factory=pl.DataFrame)
    silent: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def problems(self) -> list[str]:
        """What was left out of the files that were read now, or has to be asked, a sentence each."""
        sentences = [*(lost.sentence for lost in self.synced.lost), *self.silent, *self.questions]
        for row in self.files.iter_rows(named=True):
            if row["refused"] or row["doubted"]:
                sentences.append(of_file(row["path"], row["refused"] or row["doubted"]))
            elif row["connector"] == filled_in.CONNECTOR:  # who filled it in mends each cell
                sentences += [f"{row['path']}: {note}." for note in (row["notes"] or "").splitlines()]
            elif row["rejected"]:
                was = "was" if row["rejected"] == 1 else "were"
                left_out = f"{row['rejected']} of {number_of(row['rows'], 'row')} {was} left out"
                sentences.append(f"{row['path']}: {left_out}; the first: {struck(row['reason'])}")
            to_answer = (note for note in (row["notes"] or "").splitlines() if note.endswith(ASKED))
            sentences += [f"{row['path']}: {note}." for note in to_answer]
        return sentences
