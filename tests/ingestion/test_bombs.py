"""Files made to exhaust time or memory are refused in time; files that are only long are read."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from conftest import ROOT, SHARED
from make_bombs import bombs, long_pdf
from make_pdf import Text, make_pdf

from qa.ingestion.sandbox.pool import read_all
from qa.ingestion.sources import find_files

REASONS = {"encrypted", "damaged", "too-large", "unsupported", "no-text", "timeout", "not-this-format"}
HARMLESS = {"nested.md", "arrays.pdf", "formatting.html"}
"""These may also be read."""
MEMORY = 120 << 20
"""Limit for the parent in bytes; an interpreter needs about 15 MB."""
READ = """
import json, resource, sys, time
from pathlib import Path
from qa.ingestion.sandbox.pool import read_all
lines = []
for path in sorted(Path(sys.argv[1]).iterdir()):
    started = time.monotonic()
    (result,) = read_all([(path, path.name)], lambda done, name: None)
    skipped = result.skipped and [result.skipped.reason, result.skipped.detail]
    lines.append([path.name, skipped, time.monotonic() - started])
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
status = Path("/proc/self/status")
if status.exists():  # on Linux ru_maxrss may be that of the process that started this one
    memory = int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
print(json.dumps([lines, memory]))
"""


@pytest.mark.slow
def test_bombs_are_refused_in_time_and_the_parent_stays_small(tmp_path):
    """Each bomb is refused within 30 seconds with a reason, and the parent process does not grow."""
    for name, content in bombs().items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    lines, memory = json.loads(done.stdout)
    assert memory < MEMORY
    assert [name for name, _, seconds in lines if seconds > 30] == []
    assert {name for name, skipped, _ in lines if skipped is None} <= HARMLESS
    assert {skipped[0] for _, skipped, _ in lines if skipped} <= REASONS
    told = {name: skipped[0] for name, skipped, _ in lines if skipped and name not in HARMLESS}
    expected = {"flate.pdf", "zip.docx", "attributes.html", "nested.html", "paragraphs.txt", "line.txt", "cell.csv"}
    assert {name for name in expected if told[name] == "too-large"} == expected


@pytest.mark.slow
def test_a_sound_pdf_of_ten_thousand_pages_is_read(tmp_path):
    """Every page of a long file is read, and each paragraph has its page."""
    (tmp_path / "long.pdf").write_bytes(long_pdf(10_000))
    (result,) = read_all([(tmp_path / "long.pdf", "long.pdf")], lambda _done, _name: None)
    (document,) = result.documents
    assert len(document.blocks) == len(document.pages) == 10_000
    last = document.blocks[-1]
    assert (last.page, document.text[last.start : last.end]) == (10_000, "On page 10000 the commission met.")


@pytest.mark.slow
def test_every_hostile_file_gives_one_result_and_good_neighbours_are_read(tmp_path):
    """Each damaged or hostile file gives text or one reason, within two minutes for all."""
    folder = SHARED / "robustness"
    if not folder.is_dir():
        pytest.skip("the hostile files do not lie beside the project")
    (tmp_path / "good.pdf").write_bytes(make_pdf([Text(72, 700, "The Strategy was adopted in 2006.")]))
    good = (tmp_path / "good.pdf", "good.pdf")
    files = [good]
    for file in find_files(folder):
        files += [file, good] if len(files) % 40 == 0 else [file]
    started = time.monotonic()
    results = list(read_all(files, lambda _done, _name: None))
    assert time.monotonic() - started < 120
    assert len(results) == len(files)
    for (_, name), result in zip(files, results, strict=True):
        if name == "good.pdf":
            assert result.documents[0].text == "The Strategy was adopted in 2006."
        assert result.documents or (result.skipped.reason in REASONS and result.skipped.detail), name
        text = " ".join(document.text for document in result.documents)
        assert "root:x:0:0" not in text
        assert len(text) < 1_000_000


@pytest.mark.slow
def test_damaged_files_are_read_or_refused_whatever_the_damage(tmp_path):
    """Two hundred seeded mutations are read or refused; ``make soak`` reads ten thousand."""
    from benchmarks.mutations import run

    reasons, failed, slowest = run(200, 7, tmp_path)
    assert failed == []
    assert slowest < 60
    assert sum(reasons.values()) == 202
