"""Checks the pack in this folder: checksums, sums, and that what is proven stands in the original files.

Needs nothing but Python 3.8 or newer. Exit status: 0 where everything holds, 1 where something does not.
"""

import csv
import hashlib
import json
import pathlib
import sys
from fractions import Fraction

HERE = pathlib.Path(__file__).resolve().parent


def read(name):
    return (HERE / name).read_bytes()


def checksums():
    listed = dict(reversed(line.split("  ", 1)) for line in read("SHA256SUMS").decode().splitlines())
    for name, expected in listed.items():
        path = HERE / name
        if not path.is_file():
            yield f"{name} is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            yield f"{name} was changed"
    for path in HERE.rglob("*"):
        name = path.relative_to(HERE).as_posix()
        if path.is_file() and name != "SHA256SUMS" and name not in listed and "__pycache__" not in name:
            yield f"{name} is not listed in SHA256SUMS"


def sums():
    figure = json.loads(read("figure.json"))
    with open(HERE / "lines.csv", encoding="utf-8-sig", newline="") as lines:
        values = [Fraction(line["value"]) for line in csv.DictReader(lines) if line["value"]]
    below = [
        Fraction(str(r["value"]))
        for a in figure["assets"]
        for p in a["posts"]
        for r in p["readings"]
        if r["value"] is not None
    ]
    if sum(values) != sum(below):
        yield "lines.csv and figure.json hold other values"
    if figure["bounds"] is None and values and abs(sum(values) - Fraction(str(figure["figure"]))) > Fraction(1, 2000):
        yield f"the lines add up to {float(sum(values))}, the figure is {figure['figure']}"


def originals():
    for source in json.loads(read("sources.json")):
        if "file" in source and hashlib.sha256(read(source["file"])).hexdigest() != source["sha256"]:
            yield f"{source['path']} is not the file that was loaded"
        if "answers" in source:
            answers_hashed = "".join(
                f"{answer['endpoint']}|{answer['asked_at']}|{answer['sha256']}\n" for answer in source["answers"]
            )
            if hashlib.sha256(answers_hashed.encode()).hexdigest() != source["sha256"]:
                yield f"{source['path']} is not what was answered"
            for answer in source["answers"]:
                if hashlib.sha256(read(answer["file"])).hexdigest() != answer["sha256"]:
                    yield f"an answer of {source['path']} was changed"
        if "missing" in source:
            yield source["missing"]


def decoded(content):
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeError:
        return content.decode("cp1252", "replace")


def proofs():
    """Every cell that a proof shows stands in its file, where that is plain text; workbooks are for a spreadsheet."""
    files = {source["load_id"]: source for source in json.loads(read("sources.json"))}
    for proof in json.loads(read("proofs.json")):
        source = files[proof["load_id"]]
        if "not_found" in proof:
            yield proof["not_found"]
        elif source.get("file", "").endswith(".csv"):
            text = decoded(read(source["file"]))
            plain = text.replace('""', '"').replace("\r\n", "\n")
            for head, cell in proof["cells"]:
                if cell and not all(line.strip() in plain for line in cell.splitlines()):
                    yield f"{source['path']}, row {proof['row']}: {head} does not say {cell!r}"


def main():
    if hasattr(sys.stdout, "reconfigure"):  # names of files may have letters that a code page of Windows lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    problems = [problem for check in (checksums, sums, originals, proofs) for problem in check()]
    for problem in problems:
        print(problem)
    print("Something does not hold." if problems else "Everything holds.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
