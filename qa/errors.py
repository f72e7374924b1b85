"""What can go wrong, as a tree; each message says what happened, where, and what to do.

::

    QAError
    ├── DocumentError          a source file cannot be used: it is skipped and listed with ``reason``
    ├── SourceError            a source to index does not exist or holds nothing to index
    ├── NotAdded               a file cannot be added to an index, or taken out of it, with ``reason``
    ├── IndexProblem           the index cannot be used
    │   ├── IndexNotFound      nothing has been built there
    │   ├── IndexMismatch      built with another encoder, segmenter or format
    │   ├── IndexDamaged       a file is missing or its bytes are not those that were written
    │   └── IndexBusy          another process is writing to it
    ├── FileChanged            the file of a document is no longer what was indexed
    ├── PageError              a page of a file cannot be shown
    ├── NoSuchDocument         a search was narrowed to documents the index does not hold
    ├── EncoderError           the model is absent, altered or cannot be loaded
    ├── EvaluationError        an evaluation set or a run does not hold what it must
    └── ServerError            the web chat cannot be served there

Mistakes of a programmer stay ``ValueError`` and ``TypeError``.
"""

from __future__ import annotations


class QAError(Exception):
    """Anything this package reports to a person in one sentence."""


class DocumentError(QAError):
    """A source file that cannot be used.

    ``reason`` is a class for machines: ``encrypted``, ``damaged``, ``too-large``, ``unsupported``, ``no-text``,
    ``not-this-format``, ``unreadable``.
    """

    def __init__(self, file: str, reason: str, detail: str) -> None:
        super().__init__(f"{file}: {detail}")
        self.file = file
        self.reason = reason
        self.detail = detail


class SourceError(QAError):
    """A source to index that does not exist or holds nothing that can be indexed."""


class NotAdded(QAError):
    """A file that cannot be added to an index by hand, or taken out of it.

    ``reason`` is a class for machines: ``no-name``, ``there-already``, ``from-a-folder``, ``empty``, ``too-large``,
    ``too-many``, ``no-space``, ``not-writable``, ``broken-off``, ``not-there``, ``not-allowed``.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class IndexProblem(QAError):
    """An index that cannot be used."""


class IndexNotFound(IndexProblem):
    """No index has been built in that folder."""


class IndexMismatch(IndexProblem):
    """The index was built with another encoder, segmenter or format than it is asked with."""


class IndexDamaged(IndexProblem):
    """A file of the index is missing or its bytes are not those that were written."""


class IndexBusy(IndexProblem):
    """Another process is writing to the index."""


class FileChanged(QAError):
    """The file of a document is no longer what was indexed."""


class PageError(QAError):
    """A page of a file that cannot be shown.

    ``reason`` is a class for machines: ``no-page``, ``damaged``, ``too-large``, ``timeout``, ``busy``.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class NoSuchDocument(QAError):
    """A search was narrowed to documents that the index does not hold."""


class EncoderError(QAError):
    """The model is absent, altered or cannot be loaded."""


class EvaluationError(QAError):
    """An evaluation set or a run that does not hold what it must."""


class ServerError(QAError):
    """The web chat cannot be served at that address."""
