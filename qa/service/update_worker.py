"""An update of an index in a process of its own, with low priority, so that the server answers as fast as before.

Inside the server's process an update and an answer would share one interpreter, one thread pool of torch and one
tokenizer. The child writes lines of JSON to standard output: any number of ``{"progress": [what, done, total]}``, and
at the end ``{"report"}`` or ``{"problem": [class, sentence]}``.
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
"""Added to the niceness. With 5, Linux's scheduler gives the process a quarter of a contended core; with 10, a tenth,
and indexing would not finish on a busy machine."""


class UpdateProcess:
    """Updates the index in ``to`` as ``update_index`` does, in a child process that ends with this one.

    Threads may share it, but only one may call it at a time.
    """

    def __init__(self, to: Path) -> None:
        self._to = to
        self._starting = threading.Lock()
        self._stopped = False
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, progress: Progress) -> IndexReport:
        """Run once. Raises what ``update_index`` raises, and ``IndexProblem`` if the process breaks off."""
        with self._start() as process:
            try:
                return _follow(process, self._to, progress)
            finally:
                process.kill()

    def stop(self) -> None:
        """Break off the current run and start no other."""
        with self._starting:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def _start(self) -> subprocess.Popen[str]:
        with self._starting:
            if self._stopped:
                raise IndexProblem(f"{self._to} is not brought up to date any more; the index is as it was before")
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, with our own words
                command_for("qa.service.update_worker", str(self._to)),
                stdin=subprocess.PIPE,  # closed when this process ends, which tells the child
                stdout=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,  # an interrupt from the keyboard goes to this process, which ends the child
            )
            return self._process


def _follow(process: subprocess.Popen[str], to: Path, progress: Progress) -> IndexReport:
    """Report the child's progress until it ends, and return its report."""
    for line in process.stdout or ():
        message: dict[str, Any] = json.loads(line)
        if "report" in message:
            return report_from_dict(message["report"])
        if "problem" in message:
            kind, sentence = message["problem"]
            raise IndexBusy(sentence) if kind == "IndexBusy" else QAError(sentence)
        progress(*message["progress"])
    raise IndexProblem(f"bringing {to} up to date broke off (status {process.wait()}); the index is as it was before")


def main(to: str) -> None:
    """Run the child process."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library's prints must not mix with the messages

    def send(**message: object) -> None:
        output.write(json.dumps(message) + "\n")
        output.flush()

    try:
        report = update_index(to, progress=lambda *progress: send(progress=progress))
    except QAError as error:
        send(problem=[type(error).__name__, str(error)])
    else:
        send(report=report.to_report())


def _end_with_parent() -> None:
    """End when the parent is gone. The next writer removes what was half written."""
    sys.stdin.read()
    os._exit(1)
