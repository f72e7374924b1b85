"""Damage good files at random and read them: ``python -m benchmarks.mutations [--count N] [--seed N]``.

Every damaged file must give a document or be skipped with a known reason, no batch may take longer than a minute, and
the good file in each batch must still be read. The files are those of ``tests/data`` and, if the UN corpus is beside
the project, some of its PDFs. The exit status is 1 if any of this fails; the failing files are kept and named.
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

from benchmarks.common import ROOT, UN_CORPUS, command_line
from qa.ingestion.sandbox.pool import read_all

REASONS = {"encrypted", "damaged", "too-large", "unsupported", "no-text", "timeout", "not-this-format"}
GOOD = b"The Strategy was adopted in 2006."
_BATCH = 100
_SECONDS = 60.0
_LARGEST = 400_000
_TOKENS = (
    b"<",
    b">",
    b"<<",
    b">>",
    b"[",
    b"]",
    b"endobj",
    b"stream\n",
    b"%PDF-",
    b"\0",
    b"\xff\xff",
    b"{",
    b"}",
    b"&a;",
    b"-1",
)


def good_files() -> list[Path]:
    """Return the files that are damaged."""
    files = sorted((ROOT / "tests" / "data").glob("note.*"))
    files += [path for path in sorted((UN_CORPUS / "drafts").glob("*.pdf")) if path.stat().st_size < _LARGEST][::6]
    return files


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with one to four damages; in an archive often one part is damaged and packed correctly again."""
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _mutate_part(data, chance)
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        _damage(changed, chance)
    return bytes(changed)


def _damage(data: bytearray, chance: random.Random) -> None:
    """Damage some bytes in place."""
    if not data:
        return
    place = chance.randrange(len(data))
    length = chance.randint(1, max(1, min(len(data) - place, 1 << chance.randint(0, 12))))
    match chance.randrange(7):
        case 0:
            for _ in range(chance.randint(1, 40)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        case 1:
            del data[place:]
        case 2:
            del data[place : place + length]
        case 3:
            data[place:place] = data[place : place + length] * chance.randint(1, 20)
        case 4:
            data[place:place] = chance.choice(_TOKENS) * chance.randint(1, 50)
        case 5:
            data[place : place + length] = bytes(length)
        case _:
            other = chance.randrange(len(data))
            data[place:place] = data[other : other + length]


def _mutate_part(data: bytes, chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        damaged = chance.choice(names)
        for name in names:
            part = bytearray(source.read(name))
            if name == damaged:
                _damage(part, chance)
            target.writestr(name, bytes(part))
    return buffer.getvalue()


def run(count: int, seed: int, folder: Path) -> tuple[Counter[str], list[str], float]:
    """Read ``count`` damaged files; return reasons by number, failures, and the seconds of the slowest batch."""
    chance = random.Random(seed)  # noqa: S311 - damage that can be repeated
    sources = [(path.suffix, path.read_bytes()) for path in good_files()]
    reasons: Counter[str] = Counter()
    failed: list[str] = []
    slowest = 0.0
    for first in range(0, count, _BATCH):
        files = []
        for number in range(first, min(first + _BATCH, count)):
            suffix, data = chance.choice(sources)
            path = folder / f"{number:06}{suffix}"
            path.write_bytes(mutate(data, chance))
            files.append((path, path.name))
        good = folder / "good.md"
        good.write_bytes(GOOD)
        files.append((good, good.name))
        started = time.monotonic()
        outcomes = list(read_all(files, lambda _done, _name: None))
        slowest = max(slowest, time.monotonic() - started)
        for (path, name), outcome in zip(files, outcomes, strict=True):
            reason = outcome.skipped.reason if outcome.skipped else "read"
            reasons[reason] += 1
            broken = outcome.skipped is not None and "its reader broke off" in outcome.skipped.detail
            known = reason in REASONS or (reason == "read" and outcome.documents)
            if not known or (path == good and outcome.documents[0].text.encode() != GOOD):
                failed.append(f"{name}: {outcome.skipped}")
            elif broken or reason == "timeout":
                sys.stderr.write(f"{name}: {outcome.skipped}\n")
            elif path != good:
                path.unlink()
    return reasons, failed, slowest


def main() -> int:
    """Run and print the figures."""
    parser = command_line(__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mutations-"))
    started = time.monotonic()
    reasons, failed, slowest = run(options.count, options.seed, folder)
    listed = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    print(f"{options.count} mutations, seed {options.seed}: {listed}")
    print(f"{time.monotonic() - started:.0f} s, the slowest {_BATCH} in {slowest:.1f} s")
    for line in failed:
        print(f"failed, kept in {folder}: {line}")
    return 1 if failed or slowest > _SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
