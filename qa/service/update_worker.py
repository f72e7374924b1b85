"""An index brought up to date by a process of its own, of low priority, so that questions are answered as ever.

In the server's own process the two would share one interpreter, one pool of torch's threads and one tokenizer, none of
which knows that a person is waiting for the answer. The process says lines of JSON on standard output: any number of
``{"progress": [what, done, total]}``, at last ``{"report"}`` or ``{"problem": [class, sentence]}``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

from qa.errors import IndexBusy, IndexProblem, QAError
from qa.index.build import update_index
from qa.ingestion.sandbox.processes import command_for
from qa.serialisation import report_from_dict

if TYPE_CHECKING:
    from pathlib import Path

    from qa.protocols import Progress
    from qa.types import IndexReport

_NICE: Final = 5
"""Steps by which the process lets others go first: with Linux's scheduler it gets a quarter of a core that another
wants, too. With 10 it would get a tenth, and indexing would not end on a machine that is busy with something else."""


class UpdateApart:
    """Brings the index in ``to`` up to date as ``update_index`` does, in a process that ends with this one.

    Threads may share it, one of which calls it at a time.
    """

    def __init__(self, to: Path) -> None:
        self._to = to
        self._starting = threading.Lock()
        self._ended = False
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, progress: Progress) -> IndexReport:
        """Run once; raises what ``update_index`` raises, and ``IndexProblem`` if the process breaks off."""
        with self._start() as process:
            try:
                return _followed(process, self._to, progress)
            finally:
                process.kill()

    def end(self) -> None:
        """Have a run that is under way break off, and let none begin any more."""
        with self._starting:
            self._ended = True
            if self._process is not None:
                self._process.kill()

    def _start(self) -> subprocess.Popen[str]:
        with self._starting:
            if self._ended:
                raise IndexProblem(f"{self._to} is not brought up to date any more; the index is as it was before")
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, with our own words
                command_for("qa.service.update_worker", str(self._to)),
                stdin=subprocess.PIPE,  # its end tells the process that this one is gone
                stdout=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,  # an interrupt from the keyboard is for this process, which ends that one
            )
            return self._process


def _followed(process: subprocess.Popen[str], to: Path, progress: Progress) -> IndexReport:
    """Pass on what the process says until it says how it ended."""
    for line in process.stdout or ():
        said: dict[str, Any] = json.loads(line)
        if "report" in said:
            return report_from_dict(said["report"])
        if "problem" in said:
            kind, sentence = said["problem"]
            raise IndexBusy(sentence) if kind == "IndexBusy" else QAError(sentence)
        progress(*said["progress"])
    raise IndexProblem(f"bringing {to} up to date broke off (status {process.wait()}); the index is as it was before")


def main(to: str) -> None:
    """Be that process."""
    os.nice(_NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not mix with the answers

    def say(**said: object) -> None:
        answers.write(json.dumps(said) + "\n")
        answers.flush()

    try:
        report = update_index(to, progress=lambda *progress: say(progress=progress))
    except QAError as error:
        say(problem=[type(error).__name__, str(error)])
    else:
        say(report=report.to_report())


def _end_with_parent() -> None:
    """End when the process that asked is gone; whatever was half written is swept by the next writer."""
    sys.stdin.read()
    os._exit(1)
