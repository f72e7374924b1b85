"""What can go wrong, as a tree. Each message says what happened, where, and what to do.

::

    QAError
    ├── DocumentError          a source file cannot be used: it is skipped and listed with ``reason``
    ├── SourceError            a source to index does not exist or holds nothing to index
    ├── UploadError            a file cannot be uploaded to an index or removed from it, with ``reason``
    ├── IndexProblem           an index cannot be used
    │   ├── IndexNotFound      nothing has been built in that folder
    │   ├── IndexMismatch      built with another encoder, segmenter or format
    │   ├── IndexDamaged       a file is missing, or its bytes have changed
    │   ├── IndexBusy          another process is writing to it
    │   └── DiskFull           there is no room for the next generation
    ├── FileChanged            the file of a document has changed since it was indexed
    ├── PageError              a page of a file cannot be shown
    ├── NoSuchDocument         a search is limited to documents that the index does not hold
    ├── EncoderError           the model is missing, altered or cannot be loaded
    ├── ReaderUnavailable      passages cannot be read with this encoder or these weights: answers are given without
    ├── EvaluationError        an evaluation set or a run is incomplete or malformed
    └── ServerError            the web chat cannot be served at that address

Programming mistakes stay ``ValueError`` and ``TypeError``.
"""

from __future__ import annotations


class QAError(Exception):
    """Any error that this package reports to a person, in one sentence."""


class DocumentError(QAError):
    """A source file cannot be used.

    ``reason`` is a class for programs: ``encrypted``, ``damaged``, ``too-large``, ``unsupported``, ``no-text``,
    ``not-this-format``, ``unreadable``.
    """

    def __init__(self, file: str, reason: str, detail: str) -> None:
        super().__init__(f"{file}: {detail}")
        self.file = file
        self.reason = reason
        self.detail = detail


class SourceError(QAError):
    """A source to index does not exist or holds nothing that can be indexed."""


class UploadError(QAError):
    """A file cannot be uploaded to an index, or removed from it.

    ``reason`` is a class for programs: ``no-name``, ``there-already``, ``from-a-folder``, ``empty``, ``too-large``,
    ``too-many``, ``no-space``, ``not-writable``, ``broken-off``, ``not-there``, ``not-allowed``, ``busy``, and those of
    ``DocumentError`` for a file that cannot be read.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class IndexProblem(QAError):
    """An index cannot be used."""


class IndexNotFound(IndexProblem):
    """No index has been built in that folder."""


class IndexMismatch(IndexProblem):
    """The index was built with another encoder, segmenter or format than it is opened with."""


class IndexDamaged(IndexProblem):
    """A file of the index is missing, or its bytes have changed since they were written."""


class IndexBusy(IndexProblem):
    """Another process is writing to the index."""


class DiskFull(IndexProblem):
    """There is no room on the disk for the next generation; the index is as it was."""


class FileChanged(QAError):
    """The file of a document has changed since it was indexed."""


class PageError(QAError):
    """A page of a file cannot be shown.

    ``reason`` is a class for programs: ``no-page``, ``damaged``, ``too-large``, ``timeout``, ``busy``.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class NoSuchDocument(QAError):
    """A search is limited to documents that the index does not hold."""


class EncoderError(QAError):
    """The model is missing, altered or cannot be loaded."""


class ReaderUnavailable(QAError):
    """Passages cannot be read together with a question: the weights are of another encoder, missing or altered."""


class EvaluationError(QAError):
    """An evaluation set or a run is incomplete or malformed."""


class ServerError(QAError):
    """The web chat cannot be served at that address."""
