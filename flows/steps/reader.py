"""How what came in is read, and fingerprints of everything that the reading depends on.

A connector's fingerprint is made of

- the sources of ``connectors/reading/``, of its own module (``export`` for files, ``api`` for what an API answered), of
  all that this imports from connectors, and of the registry; of ``connectors/asking/`` only ``answers``, since the
  rest asks and does not read;
- the data files beside these sources, its words first of all, and every platform's shapes of ids and links;
- its settings, but those that only an API's asking depends on;
- the declarations of the warehouse's tables.

What decides when a load is read again stands in :func:`warehouse.history.following.sync`. The versions of libraries
are no part of it: ``reach rebuild`` reads everything again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import polars as pl

import connectors
from connectors import contract
from connectors.asking.settings import ApiSettings
from connectors.columns import frame as frame_of
from connectors.contract import Raw
from connectors.reading import attached, filled_in
from connectors.settings import ConnectorSettings
from flows.steps import salt
from flows.steps.settings import Workspace
from warehouse.archive.receipts import may_change_what_counts
from warehouse.history import tables
from warehouse.history.recognised import Reader, Reading, Recognised

_IMPORT = re.compile(
    r"^\s*(?:from\s+(connectors[\w.]*)\s+import\s+(\([^)]*\)|[^\n]*)|import\s+(connectors[\w.]*))", re.M
)
_ANSWERS = "connectors.asking.answers"
_NOT_READ_BY = ("definitions.toml", "py.typed")
"""Data files that say nothing of how a file or an answer is read."""


def reader(workspace: Workspace, zone: str) -> Reader:
    """How raw pieces are read in a workspace whose plan has this reporting zone."""
    return reader_with(settings_with_salt(workspace, zone))


def settings_with_salt(workspace: Workspace, zone: str) -> dict[str, ConnectorSettings]:
    """Each connector's settings, with the workspace's own salt for lists of people."""
    settings = workspace.connector_settings(zone)
    salted = settings["people"].model_copy(update={"salt": salt.read_or_make(workspace.home)})
    return {**settings, "people": salted}


def reader_with(settings: Mapping[str, ConnectorSettings]) -> Reader:
    """How raw pieces are read with these settings of connectors, by their names."""

    def recognise(raw: Raw) -> tuple[Recognised, ...]:
        if attached.indicator_of(raw.path):
            return (Recognised(attached.CONNECTOR),)
        if read_decisions(raw):
            return (Recognised(filled_in.CONNECTOR),)
        return _recognised(connectors.parts(raw, settings))

    def read(raw: Raw) -> Reading:
        if raw.connector:
            parts_read = connectors.read(raw, settings)
            return Reading((Recognised(raw.connector),), tuple((part.connector, part.extract) for part in parts_read))
        if attached.indicator_of(raw.path):
            return Reading((Recognised(attached.CONNECTOR),), ((attached.CONNECTOR, attached.read(raw)),))
        if decided := read_decisions(raw):
            return Reading((Recognised(decided.connector),), ((decided.connector, decided.extract),))
        parts = connectors.parts(raw, settings)
        parts_read = connectors.read_parts(parts, settings)
        return Reading(_recognised(parts), tuple((part.connector, part.extract) for part in parts_read))

    of_files = {p.name: _fingerprint("export", p.name, settings[p.name]) for p in connectors.PLATFORMS if p.export}
    of_files[filled_in.CONNECTOR] = _hash(
        [_code("connectors.reading.filled_in"), connectors.PLATFORMS.names, tables.declared()]
    )
    of_files[attached.CONNECTOR] = _hash([_code("connectors.reading.attached"), tables.declared()])
    of_pulls = {p.name: _fingerprint("api", p.name, settings[p.name]) for p in connectors.PLATFORMS if p.api}
    of_recognition = _hash(sorted(of_files.items()))
    return Reader(recognise, read, of_files, of_pulls, of_recognition, _hash([of_files, sorted(of_pulls.items())]))


PUT_ASIDE = (
    "what is filled in there counts only in the inbox's own folder, and whoever looks after the plan puts it there"
)


def read_decisions(raw: Raw) -> connectors.Read | None:
    """What a person filled into a published workbook, or a sheet of it; None of any other file.

    Where it lies so that it may not say what counts, each of its rows is left out.

    Raises:
        Refused: no table can be opened in it.
    """
    decided = connectors.read_decisions(raw)
    if decided is None or may_change_what_counts(raw.path) or not decided.extract.evidence.rows:
        return decided
    rows = pl.DataFrame({"row": range(1, decided.extract.evidence.rows + 1)}).with_columns(reason=pl.lit(PUT_ASIDE))
    rejects, nothing = frame_of(contract.REJECTS, rows), frame_of(contract.DECISIONS)
    of_rows = set(decided.extract.rejects["reason"])
    notes = (PUT_ASIDE, *(note for note in decided.extract.notes if note not in of_rows))
    return decided._replace(extract=replace(decided.extract, decisions=nothing, rejects=rejects, notes=notes))


def _recognised(parts: Iterable[connectors.Part]) -> tuple[Recognised, ...]:
    return tuple(Recognised(part.platform.name, ";".join(sorted(part.raw.places))) for part in parts)


def _fingerprint(module: str, name: str, settings: ConnectorSettings) -> str:
    asking = set(ApiSettings.model_fields) - set(ConnectorSettings.model_fields)  # changes nothing of what was answered
    return _hash([_code(f"connectors.{name}.{module}"), settings.model_dump_json(exclude=asking), tables.declared()])


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


@cache
def _code(module: str) -> str:
    """A hash of the sources and data files that reading by a module depends on; once a process."""
    sources, data = _tree()
    modules, named = code_of(module)
    return _hash([[(name, sources[name]) for name in sorted(modules)], [(file, data[file]) for file in sorted(named)]])


def code_of(module: str) -> tuple[set[str], set[tuple[str, str]]]:
    """The modules that reading by a module depends on, and the data files, by package and name."""
    sources, data = _tree()
    todo = [module, *(module_name for module_name in sources if module_name.startswith("connectors.reading"))]
    modules = {"connectors", *todo}  # the registry names every platform: its own imports are not followed
    while todo:
        new = set(_imported(todo.pop())) - modules
        modules |= new
        todo += new
    modules |= {module_name.rpartition(".")[0] for module_name in modules} - {""}
    return modules, {file for file in data if file[0] in modules or file[1] == "shapes.toml"}


@cache
def _imported(module: str) -> tuple[str, ...]:
    """The modules of connectors that one imports, but those that only ask.

    A package of which modules are imported is not followed itself: a platform's record names its export and its API.
    """
    sources, _ = _tree()

    def named() -> Iterator[str]:
        for parent, names, whole in _IMPORT.findall(sources[module].decode()):
            of_package = [name for word in re.findall(r"\w+", names) if (name := f"{parent}.{word}") in sources]
            yield from of_package or (parent or whole,)

    return tuple(
        name
        for name in named()
        if name in sources and name != "connectors" and (name == _ANSWERS or not name.startswith("connectors.asking"))
    )


@cache
def _tree() -> tuple[dict[str, bytes], dict[tuple[str, str], bytes]]:
    """Every source of connectors by its module's name, and every data file by its package's and its own."""
    sources: dict[str, bytes] = {}
    data: dict[tuple[str, str], bytes] = {}

    def walk(package: str, folder: Traversable) -> None:
        for entry in folder.iterdir():
            if entry.is_dir():
                if entry.name != "__pycache__":
                    walk(f"{package}.{entry.name}", entry)
            elif entry.name == "__init__.py":
                sources[package] = entry.read_bytes()
            elif entry.name.endswith(".py"):
                sources[f"{package}.{entry.name.removesuffix('.py')}"] = entry.read_bytes()
            elif entry.name not in _NOT_READ_BY:
                data[package, entry.name] = entry.read_bytes()

    walk("connectors", files("connectors"))
    return sources, data
