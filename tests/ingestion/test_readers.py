"""Files to documents."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import pytest
from conftest import DOCUMENTS, SHARED, STATEMENT

from qa.errors import DocumentError, SourceError
from qa.ingestion.readers import read
from qa.ingestion.readers.common.head import is_salutation, read_head
from qa.ingestion.readers.common.layout import paragraphs
from qa.ingestion.sandbox.pool import read_all
from qa.ingestion.sources import find_files


def documents(path):
    return list(read(path, path.name))


def texts(document, kind):
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


@pytest.fixture(scope="module")
def statement():
    (document,) = documents(DOCUMENTS / STATEMENT)
    return document


def test_statement_is_read_letter_for_letter(statement, statement_text):
    """A text file's document is its text, and its digest is that of its bytes."""
    assert statement.text == statement_text
    assert statement.digest == hashlib.sha256((DOCUMENTS / STATEMENT).read_bytes()).hexdigest()


def test_statement_is_the_one_this_project_was_given():
    """The shipped statement is the given file, byte for byte."""
    given = SHARED / "corpora" / "un" / STATEMENT
    if not given.is_file():
        pytest.skip("the given corpora do not lie beside the project")
    assert (DOCUMENTS / STATEMENT).read_bytes() == given.read_bytes()


def test_head_lines_become_metadata(statement):
    """Organisation, speaker, office, event, dates and place come from the head of the statement."""
    assert statement.metadata == {
        "organisation": "UNITED NATIONS OFFICE OF COUNTER-TERRORISM",
        "speaker": "Mr. Vladimir Voronkov",
        "office": "Under-Secretary-General for Counter-Terrorism",
        "event": "VII Moscow Conference on International Security",
        "dates": "4-5 April 2018",
        "date": "2018-04-05",
        "place": "Moscow",
    }


def test_head_lines_stay_citable_and_say_what_they_state(statement):
    """Each head line is a block without marks of emphasis, labelled with what it states."""
    assert [
        (
            "; ".join(part.partition(":")[0] for part in re.split(r"; (?=\w+:)", b.label)),
            statement.text[b.start : b.end],
        )
        for b in statement.blocks
        if b.kind == "head"
    ] == [
        ("organisation", "UNITED NATIONS OFFICE OF COUNTER-TERRORISM"),
        (
            "speaker; office",
            "Statement by Mr. Vladimir Voronkov\nUnder-Secretary-General for Counter-Terrorism",
        ),
        ("event", "VII Moscow Conference on International Security"),
        ("date; place", "4-5 April 2018, Moscow"),
    ]


def test_a_label_names_what_the_head_stands_over_and_its_event():
    """Date and place are those of the head's own event, where it names one, and of a letter, remarks or the like."""
    summit, _ = read_head("Remarks by A\n7 May 2024, Nairobi\nSummit of Cities", [(0, 12), (13, 31), (32, 48)])
    letter, _ = read_head("Letter from A\n7 May 2024, Nairobi", [(0, 13), (14, 32)])
    assert summit[1].states == {
        "dates": "date: when, on which day, in which year these remarks were given, made or delivered "
        "and the summit took place",
        "place": "place: where, in which city these remarks were given, made or delivered and the summit was held",
    }
    assert letter[1].states == {
        "dates": "date: when, on which day, in which year this letter was given, made or delivered",
        "place": "place: where, in which city this letter was given, made or delivered",
    }


def test_salutations_are_no_paragraphs(statement):
    """The six salutations are told from the 29 paragraphs."""
    assert texts(statement, "salutation") == [
        "Distinguished colleagues,\nDear Colleagues,",
        *["Ladies and gentlemen,"] * 6,
    ]
    assert len(texts(statement, "paragraph")) == 29
    assert texts(statement, "paragraph")[0] == "It is a great honour for me to address this distinguished audience."
    assert texts(statement, "paragraph")[-1] == "I thank you for your attention."


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("Mr. President,", True),
        ("Excellencies,\nLadies and Gentlemen,", True),
        ("Distinguished delegates:", True),
        ("The General Assembly,", True),
        ("In the words of the late Kofi Annan:", False),
        ("At the outset,", False),
        ("Together, we must stand up against that humiliation,", False),
        ("Ladies and gentlemen, the time has come to act.", False),
    ],
)
def test_salutations_are_known_by_their_words(block, expected):
    """Only blocks made of forms of address are salutations."""
    assert is_salutation(block) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One.\n\nTwo\nlines.\n \t\nThree.", ["One.", "Two\nlines.", "Three."], id="blank lines"),
        pytest.param("A" * 300 + ".\n" + "B" * 300 + ".", ["A" * 300 + ".", "B" * 300 + "."], id="a line each"),
        pytest.param(
            "The first paragraph is wrapped by hand at a\nwidth of about forty letters and it ends\nearly.\n"
            "The second paragraph follows without any\nblank line and is wrapped just as it was\nbefore, ending.\n"
            "   A third is indented and runs for just one\nmore line.",
            [
                "The first paragraph is wrapped by hand at a\nwidth of about forty letters and it ends\nearly.",
                "The second paragraph follows without any\nblank line and is wrapped just as it was\nbefore, ending.",
                "A third is indented and runs for just one\nmore line.",
            ],
            id="wrapped",
        ),
        pytest.param("  \n\n  ", [], id="nothing"),
    ],
)
def test_paragraphs_are_found_in_every_usual_layout(text, expected):
    """Blank lines, one line each, and wrapped text with indents or short last lines part paragraphs."""
    assert [text[start:end] for start, end in paragraphs(text)] == expected


def test_bare_headings_are_headings(write):
    """A short line without a full stop that a paragraph follows is a heading, and titles the document if first."""
    folder = write(a__txt="Annual leave\n\nStaff have 30 days.\n\nSick leave\n\nA doctor's note is needed.")
    (document,) = documents(folder / "a.txt")
    assert texts(document, "heading") == ["Annual leave", "Sick leave"]
    assert texts(document, "paragraph") == ["Staff have 30 days.", "A doctor's note is needed."]
    assert document.title == "Annual leave"


def test_markdown_blocks_are_commonmarks(write):
    """Headings keep their level, list items and table rows are paragraphs, and every block is a slice of the source."""
    source = (
        "# Rules\n\nA *first* one\nover two lines.\n\n## Leave\n\n- one day\n- two days\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n"
    )
    (document,) = documents(write(a__md=source) / "a.md")
    assert document.text == source
    assert document.title == "Rules"
    assert [(b.kind, b.level, source[b.start : b.end]) for b in document.blocks] == [
        ("heading", 1, "Rules"),
        ("paragraph", None, "A *first* one\nover two lines."),
        ("heading", 2, "Leave"),
        ("paragraph", None, "one day"),
        ("paragraph", None, "two days"),
        ("paragraph", None, "| a | b |"),
        ("paragraph", None, "| 1 | 2 |"),
        ("paragraph", None, "quoted"),
    ]


def test_records_are_documents(write):
    """Each line of a BEIR corpus is a document with its _id, title, text and plain metadata."""
    lines = [
        {"_id": "a/1", "title": "Leave", "text": "Thirty days.", "metadata": {"year": 2018, "url": None}},
        {"_id": "b", "text": "No title.\n\nTwo paragraphs."},
    ]
    folder = write(corpus__jsonl="\n".join(json.dumps(line) for line in lines) + "\n\n")
    first, second = documents(folder / "corpus.jsonl")
    assert (first.id, first.title, first.text, first.metadata) == ("a/1", "Leave", "Thirty days.", {"year": "2018"})
    assert (second.id, second.title, texts(second, "paragraph")) == ("b", "", ["No title.", "Two paragraphs."])


@pytest.mark.parametrize(
    ("name", "content", "reason", "detail"),
    [
        ("a.txt", b"", "no-text", "holds no text"),
        ("a.txt", b" \r\n\t ", "no-text", "holds no text"),
        ("a.txt", b"\0\1\2\0\0\0", "not-this-format", "holds binary data"),
        ("a.md", b"\xe9\xe8\xe7 \x8f", "not-this-format", "is not UTF-8 text (byte 0xe9 at position 0)"),
        ("a.txt", b"\xff\xfea\0\x00\xd8", "not-this-format", "not UTF-16-LE text"),
        ("a.xyz", b"text", "unsupported", "cannot read .xyz; known: .csv, .docx, .epub"),
        ("a.docx", b"PK", "not-this-format", "is called .docx and holds something else"),
        ("a.pdf", b"Nothing of the kind.", "not-this-format", "is called .pdf and holds something else"),
        ("a.pdf", b"", "no-text", "holds nothing"),
        ("a.docx", b"PK\x03\x04cut", "damaged", "is an archive that cannot be opened"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", "unsupported", "is a picture"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported", "save it as DOCX"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            "is protected by a password",
        ),
        ("a.jsonl", b"{}\n", "not-this-format", "line 1 is not a record"),
        ("a.jsonl", b'{"_id": "1", "text": "x"}\n[', "not-this-format", "line 2 is not JSON"),
        ("a.jsonl", b'{"_id": "1", "text": "x"}\n{"_id": "1", "text": "y"}', "damaged", 'line 2: _id "1" came before'),
        ("a.jsonl", b'{"_id": "1", "text": "\\ud800"}', "damaged", "surrogate"),
        ("a.jsonl", b"\n", "no-text", "holds no records"),
    ],
)
def test_unusable_files_are_refused_with_their_reason(tmp_path, name, content, reason, detail):
    """An empty, binary, wrongly encoded, unknown or malformed file raises with a reason class and a clear sentence."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError, match=r".+") as caught:
        documents(tmp_path / name)
    assert caught.value.reason == reason
    assert detail in caught.value.detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings_with_their_mark_are_read(tmp_path, encoding):
    """UTF-8, and UTF-16 and UTF-32 with a byte order mark, give the same text, line ends made alike."""
    (tmp_path / "a.txt").write_bytes("Été\r\n\r\n“quoted” 🙂\rend".encode(encoding))
    (document,) = documents(tmp_path / "a.txt")
    assert document.text == "Été\n\n“quoted” 🙂\nend"


@pytest.mark.parametrize(
    ("name", "title", "metadata"),
    [
        (
            "AFG_72_2017.txt",
            "Afghanistan, 72nd session, 2017",
            {"country": "Afghanistan", "session": "72", "year": "2017"},
        ),
        (
            "KOR_73_2018.txt",
            "Republic of Korea, 73rd session, 2018",
            {"country": "Republic of Korea", "session": "73", "year": "2018"},
        ),
        (
            "EU__66_2011.txt",
            "European Union, 66th session, 2011",
            {"country": "European Union", "session": "66", "year": "2011"},
        ),
        ("AFG_72_2018.txt", "AFG_72_2018", {}),
        ("ABC_72_2017.txt", "ABC_72_2017", {}),
        ("Notes_72_2017.txt", "Notes_72_2017", {}),
    ],
)
def test_a_name_speaks_where_the_text_does_not(tmp_path, name, title, metadata):
    """As a last resort the name of a speech gives country, session and year; another name gives nothing."""
    (tmp_path / name).write_text("We meet again, and much is still to be done.")
    (document,) = documents(tmp_path / name)
    assert (document.title, document.metadata) == (title, metadata)


def test_a_name_does_not_speak_over_the_text(write):
    """What a text states of itself stands; its name adds only what is missing."""
    source = "Statement by Ms. Ada Lovelace\n\n25 September 2017, New York\n\nWe meet again, and much remains to do."
    (document,) = documents(write(GBR_72_2017__txt=source) / "GBR_72_2017.txt")
    assert document.title == "Statement by Ms. Ada Lovelace"
    assert document.metadata["speaker"] == "Ms. Ada Lovelace"
    assert document.metadata["date"] == "2017-09-25"
    assert document.metadata["country"] == "United Kingdom of Great Britain and Northern Ireland"


@pytest.mark.parametrize(
    ("encoding", "source", "guessed"),
    [
        ("utf-8", "Zoë said “no” – 5 €", None),
        ("utf-16-le", "\ufeffZoë said “no” – 5 €", None),
        ("utf-16-be", "\ufeffZoë said “no” – 5 €", None),
        ("cp1252", "Zoë said “no” – it costs 5 € and not a cent more than that.", "cp1252"),
        (
            "cp1251",
            "Комиссия была основана в 1921 году пятью государствами. Её резиденция находится в Кобленце. " * 4,
            "",
        ),
    ],
)
def test_encodings_are_told_and_guesses_are_said(tmp_path, encoding, source, guessed):
    """A stated encoding is taken at its word; one that had to be guessed is read right, and is a doubt."""
    (tmp_path / "a.txt").write_bytes(source.encode(encoding))
    (document,) = documents(tmp_path / "a.txt")
    assert document.text == source.removeprefix("\ufeff")
    assert [doubt.reason for doubt in document.doubts] == ([] if guessed is None else ["encoding-guessed"])
    assert not guessed or guessed in document.doubts[0].detail


def test_files_of_a_folder_are_named_by_their_path_in_it(write, tmp_path):
    """Names are relative to the folder, sorted; hidden files and links that lead out of it are left out."""
    folder = write(**{"b__txt": "x", "a/c__txt": "x", ".hidden__txt": "x", ".git/d__txt": "x"})
    (tmp_path / "outside.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    assert [name for _, name in find_files(folder)] == ["a/c.txt", "b.txt"]


def test_a_missing_source_is_an_error(tmp_path):
    """A source that does not exist is named in the message."""
    with pytest.raises(SourceError, match="there is no file or folder"):
        find_files(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_listed_is_skipped_with_its_reason(write, monkeypatch):
    """What lies in it would leave the index without a word: the folder is named; one that is gone is not."""
    folder = write(a__txt="x", **{"locked/b__txt": "x", "gone/c__txt": "x"})
    errors = {"gone": FileNotFoundError, "locked": PermissionError}
    scan = os.scandir

    def refused(path):
        if error := errors.get(Path(path).name):
            raise error(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr("os.scandir", refused)
    found = find_files(folder)
    assert [name for _, name in found] == ["a.txt", "locked"]
    read, locked = read_all(found, lambda _done, _name: None)
    assert len(read.documents) == 1
    assert (locked.skipped.file, locked.skipped.reason) == ("locked", "unreadable")
    del errors["locked"]
    assert [name for _, name in find_files(folder)] == ["a.txt", "locked/b.txt"]
