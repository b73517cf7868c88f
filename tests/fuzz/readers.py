"""Any bytes under any name are read or refused in a sentence: a search for what breaks that, guided by coverage.

Samples of the unit tests show what was thought of; this looks for what was not. atheris (libFuzzer) keeps the inputs
that reach something new in connectors; `changes.py` makes others of them that still get past checksums and headers. A
process of its own reads, and another watches it, because a hang, a crash or a bomb inside a library of another
language can be seen from outside only.

An input is a path below the inbox, a NUL, and the file's bytes. Run: see README.md beside this.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import importlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.fuzz.changes import INPUT_BYTES, READERS, ROOT, Mutator, packed, seeds, unpacked

if TYPE_CHECKING:  # connectors are imported late: by one process under atheris, by the others plain
    from connectors.contract import Extract, Raw

SECONDS = 10.0
KIB = 1536 * 1024
MODIFIED, RECEIVED = datetime(2025, 1, 10, 3), datetime(2026, 10, 1)
_RESTART_KIB = 900 * 1024  # allocators keep what they had: a worker that grew starts afresh
_ADDRESSES = 6 << 30  # so that a bomb ends this process and no other
_ALONE_SECONDS = 60  # for a failure to be seen again, and to be made smaller
_DEATHS = 8  # a signature that killed as often is known to: the time left is for the others
_CONTROLS = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029]")


# --------------------------------------------------------------------------- the promise


class Failure(NamedTuple):
    """How an input broke the promise: the type raised (or died, hang, memory), the innermost line of connectors."""

    kind: str
    place: str
    message: str


def broken(data: bytes) -> Failure | None:
    """Reads one input as a night does, whole and by whose its tables are; None where the promise was kept."""
    from connectors import contract

    path, _, content = data.partition(b"\0")
    raw = contract.Raw(os.fsdecode(path), content, MODIFIED, RECEIVED)
    return _broken(_whole, raw) or _broken(_parts, raw)


def _whole(raw: Raw) -> list[Extract]:
    import connectors

    platform, _ = connectors.recognise(raw, {})
    assert platform.export
    return [platform.export.read(raw, platform.settings())]


def _parts(raw: Raw) -> list[Extract]:
    import connectors
    from connectors.reading import files

    is_one = len(files.tables(raw)) == 1  # that was read
    return [] if is_one else [one.extract for one in connectors.read(raw, {})]


def _broken(way: Callable[[Raw], list[Extract]], raw: Raw) -> Failure | None:
    from connectors import contract
    from connectors.columns import frame as frame_of

    try:
        for extract in way(raw):
            for name in ("posts", "observations", "accounts", "account_figures", "rejects"):
                frame, columns = getattr(extract, name), getattr(contract, name.upper())
                if frame_of(columns, frame).schema != frame.schema:
                    return Failure("OtherSchema", "contract.frame", f"{name} is {frame.schema}")
    except contract.Refused as refused:
        sentence = str(refused)
        if not sentence.endswith("."):
            return Failure("NoSentence", _place(refused), sentence)
        if _CONTROLS.search(sentence):  # a line's end makes two of one, an escape rules the screen
            return Failure("ControlInSentence", "contract.Refused", sentence)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # panics of Rust are no Exceptions
        return Failure(type(error).__name__, _place(error), str(error))
    return None


def _place(error: BaseException) -> str:
    calls = [call for call in traceback.extract_tb(error.__traceback__) if READERS in Path(call.filename).parents]
    return f"connectors/{Path(calls[-1].filename).name}:{calls[-1].lineno}" if calls else "outside connectors"


# --------------------------------------------------------------------------- the process that reads


def work(folder: Path, seed: int) -> None:
    """Reads until it is killed, or has grown; leaves what it does in the folder, as it may die any time."""
    import atheris

    _confine()
    with atheris.instrument_imports(include=["connectors", "xlrd"]):
        for name in ("connectors", "xlrd"):  # connectors import xlrd late
            importlib.import_module(name)

    stack = (folder / "stack").open("w")
    faulthandler.enable(stack)
    faulthandler.register(signal.SIGUSR1, stack)
    current, watching = folder / "current", os.getppid()
    counts: dict[str, Any] = {"runs": 0, "seconds": 0.0, "peak": 0, "slowest": 0.0}
    written_at = began_all = time.monotonic()

    def one(data: bytes) -> None:
        nonlocal written_at
        current.write_bytes(data)
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
        began = time.monotonic()
        failure = broken(data)
        ended = time.monotonic()
        current.unlink()
        peak = _status("self", "VmHWM")
        if peak > KIB:
            failure = failure or Failure("memory", "unknown", f"{peak >> 10} MiB")
        if failure:
            keep(folder, failure, data)
        if ended - began > counts["slowest"]:
            counts["slowest"] = ended - began
            (folder / f"slowest-{os.getpid()}").write_bytes(data)
        counts.update(runs=counts["runs"] + 1, peak=max(counts["peak"], peak), seconds=ended - began_all)
        is_done = _status("self", "VmRSS") > _RESTART_KIB or os.getppid() != watching
        if is_done or ended - written_at > 1:
            written_at = ended
            (folder / "counts.new").write_text(json.dumps(counts))
            (folder / "counts.new").rename(folder / f"counts-{os.getpid()}")
        if is_done:
            os._exit(0)

    killers = [path.read_bytes().partition(b"\0")[2][:4] for path in folder.glob("killer-*")]
    deadly = tuple(killer for killer in set(killers) if killers.count(killer) >= _DEATHS)
    mutator = Mutator([path.read_bytes() for path in sorted((folder / "seeds").iterdir())], deadly)
    options: dict[str, Any] = {"seed": seed + 1, "max_len": INPUT_BYTES, "artifact_prefix": f"{folder}/"}
    options |= {"timeout": 3600, "rss_limit_mb": 0, "reload": 0}  # the watching process sees to time and memory
    options |= dict.fromkeys(("handle_segv", "handle_abrt", "handle_bus", "handle_fpe", "handle_ill", "handle_usr1"), 0)
    flags = [f"-{key}={value}" for key, value in options.items()]
    atheris.Setup(["readers", str(folder / "corpus"), str(folder / "seeds"), *flags], one, custom_mutator=mutator)
    atheris.Fuzz()


def _confine() -> None:
    """What a process that reads must not do: take the machine's memory, leave a core, warn of names that stand twice."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")


def _status(process: int | str, field: str) -> int:
    """A figure of a process in KiB, 0 where it is gone."""
    try:
        match = re.search(rf"{field}:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return int(match[1]) if match else 0


def keep(folder: Path, failure: Failure, data: bytes) -> None:
    """Saves an input that failed, the smallest of each kind and place."""
    key = hashlib.sha256(f"{failure.kind} {failure.place}".encode()).hexdigest()[:12]
    path = folder / "failures" / key
    if not path.exists() or path.stat().st_size > len(data):
        path.write_bytes(data)
        path.with_suffix(".json").write_text(json.dumps([*failure[:2], failure.message[:400]]))


# --------------------------------------------------------------------------- one input alone, without atheris


def alone(path: Path) -> None:
    """Reads one input in this fresh process, says how that went, and leaves the smallest that goes the same way."""
    import connectors  # noqa: F401

    _confine()
    data = path.read_bytes()
    began = time.monotonic()
    failure = broken(data)
    seconds, peak = time.monotonic() - began, _status("self", "VmHWM")
    if seconds > SECONDS:
        failure = failure or Failure("hang", "unknown", f"{seconds:.1f} s")
    elif peak > KIB:
        failure = failure or Failure("memory", "unknown", f"{peak >> 10} MiB")
    elif failure:
        path.write_bytes(smaller(data, failure, time.monotonic() + _ALONE_SECONDS / 2 - seconds))
    how = [*failure[:2], failure.message[:400]] if failure else None
    sys.stdout.write(json.dumps({"failure": how, "took": f"{seconds:.1f} s, {peak >> 10} MiB"}))


def smaller(data: bytes, failure: Failure, ends: float) -> bytes:
    """The input without what its failure does not need."""
    name, _, content = data.partition(b"\0")

    def fails(name: bytes, content: bytes) -> bool:
        again = broken(name + b"\0" + content)
        return again is not None and again[:2] == failure[:2]

    def thinned(pieces: list[Any], fails: Callable[[list[Any]], bool]) -> list[Any]:
        """Leaves stretches out, half of all first, as long as it fails without them."""
        size = len(pieces) // 2
        while size:
            at = 0
            while at < len(pieces) and time.monotonic() < ends:
                fewer = pieces[:at] + pieces[at + size :]
                if fails(fewer):
                    pieces = fewer
                else:
                    at += size
            size //= 2
        return pieces

    name = next((item for item in (b"a", b"a.csv") if fails(item, content)), name)
    members = unpacked(content)
    if members and fails(name, packed(members)):
        members = thinned(members, lambda member: fails(name, packed(member)))
        for at, (leaf, inner) in enumerate(members):
            head, tail = members[:at], members[at + 1 :]
            pieces = re.findall(rb"<[^>]*>|[^<\n]*\n?|<", inner)
            pieces = thinned(pieces, lambda piece: fails(name, packed([*head, (leaf, b"".join(piece)), *tail])))  # noqa: B023
            members[at] = (leaf, b"".join(pieces))
        return name + b"\0" + packed(members)
    for pattern in (rb"[^\n]*\n?", rb"[^,;\t\n]*[,;\t\n]?", rb"(?s)."):
        pieces = thinned(
            [match for match in re.findall(pattern, content) if match], lambda item: fails(name, b"".join(item))
        )
        content = b"".join(pieces)
    return name + b"\0" + content


def cover(folder: Path, seconds: float) -> None:
    """Says how many lines of connectors the kept inputs reach, and how many there are; leaves those that none does."""
    reached: set[tuple[str, int]] = set()
    covered: set[CodeType] = set()  # reached line by line: no need to look again
    under = str(READERS)

    def call(frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        return line if code not in covered and code.co_filename.startswith(under) else None

    def line(frame: FrameType, event: str, _: Any) -> Any:
        reached.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    _confine()
    sys.settrace(call)
    import connectors  # noqa: F401

    paths = [*(folder / "seeds").iterdir(), *sorted((folder / "corpus").iterdir(), reverse=True)]
    modules = [compile(path.read_text(), str(path), "exec") for path in READERS.rglob("*.py")]
    codes = {code for module in modules for code in _codes(module)}
    lines = {code: {(code.co_filename, item) for *_, item in code.co_lines() if item} for code in codes}
    ends = time.monotonic() + seconds
    for at, path in enumerate(paths):
        if time.monotonic() > ends:
            break
        broken(path.read_bytes())
        if at % 100 == 0:
            covered |= {code for code in codes if lines[code] <= reached}
    sys.settrace(None)
    every = set().union(*lines.values())
    missed = sorted(every - reached)
    (folder / "not-reached").write_text("".join(f"{Path(name).name}:{item}\n" for name, item in missed))
    sys.stdout.write(json.dumps([len(every & reached), len(every)]))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)


# --------------------------------------------------------------------------- the process that watches


def watch(folder: Path, seconds: float, seed: int) -> None:
    """Starts the reading process, again whenever it dies, hangs or grows, until the time is over."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with (folder / "log").open("a") as log:
            child = _started("--work", str(folder), "--seed", str(seed), stdout=log, stderr=log)
        kind = _watched(child, folder, ends)
        current = folder / "current"
        if kind and current.exists():
            data = current.read_bytes()
            keep(folder, Failure(kind, _stack(folder), f"at {time.strftime('%H:%M:%S')}"), data)
            current.rename(folder / f"killer-{child.pid}")
            for path in (*(folder / "seeds").iterdir(), *(folder / "corpus").iterdir()):
                if path.read_bytes() == data:  # it would kill the next one, too
                    path.unlink()
        elif kind:
            raise SystemExit((folder / "log").read_text(errors="replace")[-2000:])
        current.unlink(missing_ok=True)
        seed += 1


def _watched(child: subprocess.Popen[str], folder: Path, ends: float) -> str:
    """Waits for the reader's end: what it died of, empty where it did nothing wrong."""
    current = folder / "current"
    kind = ""
    while child.poll() is None:
        time.sleep(0.05)
        try:
            is_stuck = time.time() - current.stat().st_mtime > SECONDS
        except FileNotFoundError:
            is_stuck = False
        kind = "hang" if is_stuck else "memory" if _status(child.pid, "VmRSS") > KIB else ""
        if kind:
            child.send_signal(signal.SIGUSR1)  # it writes down where it is
            time.sleep(0.2)
        if kind or time.monotonic() > ends:
            child.kill()
            child.wait()
            return kind
    return f"died ({child.returncode})" if child.returncode else ""


def _stack(folder: Path) -> str:
    """The innermost line of connectors in what the dying process wrote."""
    match = re.search(r'connectors/(\w+\.py)", line (\d+)', (folder / "stack").read_text(errors="replace"))
    return f"connectors/{match[1]}:{match[2]}" if match else "unknown"


def _started(*arguments: str, **more: Any) -> subprocess.Popen[str]:
    more_environment = {"POLARS_MAX_THREADS": "1", "RUST_BACKTRACE": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "tests.fuzz.readers", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | more_environment, text=True, **more)


def _answer(*arguments: str, seconds: float) -> Any:
    """What one of the processes above says; its return code where it died, -9 where it took too long."""
    with _started(*arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        try:
            text, _ = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            return -9
    return child.returncode or json.loads(text)


def confirmed(folder: Path) -> tuple[dict[tuple[str, str], tuple[str, Path]], list[str]]:
    """The failures that come again alone, by kind and place, each with its message and input; the others in words."""
    failures: dict[tuple[str, str], tuple[str, Path]] = {}
    others = []
    for note in sorted((folder / "failures").glob("*.json")):
        path = note.with_suffix("")
        kind, place, message = json.loads(note.read_text())
        again = _answer("--alone", str(path), seconds=_ALONE_SECONDS)
        if isinstance(again, dict):
            if not again["failure"]:
                others.append(f"{kind} at {place} did not come again ({again['took']}): {path}")
                continue
            kind, found_at, message = again["failure"]
            place = place if found_at == "unknown" else found_at
        if (kind, place) not in failures or path.stat().st_size < failures[kind, place][1].stat().st_size:
            failures[kind, place] = (message, path)
    return failures, others


def main() -> int:
    """Searches for so many seconds, then says what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    for name in ("--work", "--alone", "--cover"):
        parser.add_argument(name, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, given.seed)
    elif given.alone:
        alone(given.alone)
    elif given.cover:
        cover(given.cover, given.seconds)
    else:
        return search(given.seconds, given.seed)
    return 0


def search(seconds: float, seed: int) -> int:
    """The whole of it; 1 where an input broke the promise."""
    folder = Path(tempfile.mkdtemp(prefix="reach-fuzz-"))
    sys.stdout.write(f"everything is kept in {folder}\n")
    sys.stdout.flush()
    for name in ("seeds", "corpus", "failures"):
        (folder / name).mkdir()
    for data in seeds():
        (folder / "seeds" / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    watch(folder, seconds, seed)
    counts = [json.loads(path.read_text()) for path in folder.glob("counts-*")]
    runs, took = (sum(count[key] for count in counts) for key in ("runs", "seconds"))
    slowest, where = max((json.loads(p.read_text())["slowest"], p.name.split("-")[1]) for p in folder.glob("counts-*"))
    answer = _answer("--cover", str(folder), "--seconds", "120", seconds=240)
    reached, lines = answer if isinstance(answer, list) else (0, 1)
    failures, others = confirmed(folder)
    sys.stdout.write(
        f"inputs: {runs:,}, {runs / max(took, 1):.1f} a second; kept: {len(list((folder / 'corpus').iterdir())):,}; "
        f"starts: {len(counts)}\n"
        f"lines of connectors: {reached:,} of {lines:,}, {100 * reached / lines:.1f} %\n"
        f"slowest: {slowest:.2f} s, {folder}/slowest-{where}\n"
        f"peak memory: {max(count['peak'] for count in counts) >> 10} MiB\n"
        f"failures: {len(failures)}\n"
    )
    for (kind, place), (message, path) in sorted(failures.items(), key=lambda finding: finding[0]):
        sys.stdout.write(f"  {kind} at {place}: {message[:200]!r}\n    {path}, {path.stat().st_size} bytes\n")
    sys.stdout.write("".join(f"  {other}\n" for other in others))
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
