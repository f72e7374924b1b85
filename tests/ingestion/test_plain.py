"""Plain text: paragraphs, heads, salutations, encodings."""

from __future__ import annotations

import hashlib
import re

import pytest
from conftest import DOCUMENTS, SHARED, STATEMENT

from qa.ingestion.readers import read
from qa.ingestion.readers.common.head import is_salutation, read_head
from qa.ingestion.readers.common.layout import paragraphs


def documents(path):
    return list(read(path, path.name))


def texts(document, kind):
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


@pytest.fixture(scope="module")
def statement():
    (document,) = documents(DOCUMENTS / STATEMENT)
    return document


def test_statement_is_read_letter_for_letter(statement, statement_text):
    """The text of the document is that of the file, and the digest is that of its bytes."""
    assert statement.text == statement_text
    assert statement.digest == hashlib.sha256((DOCUMENTS / STATEMENT).read_bytes()).hexdigest()


def test_statement_is_the_one_this_project_was_given():
    """The shipped statement has the bytes of the given file."""
    given = SHARED / "corpora" / "un" / STATEMENT
    if not given.is_file():
        pytest.skip("the given corpora do not lie beside the project")
    assert (DOCUMENTS / STATEMENT).read_bytes() == given.read_bytes()


def test_head_lines_become_metadata(statement):
    """The head of the statement gives organisation, speaker, office, event, dates and place."""
    assert statement.metadata == {
        "organisation": "UNITED NATIONS OFFICE OF COUNTER-TERRORISM",
        "speaker": "Mr. Vladimir Voronkov",
        "office": "Under-Secretary-General for Counter-Terrorism",
        "event": "VII Moscow Conference on International Security",
        "dates": "4-5 April 2018",
        "date": "2018-04-05",
        "place": "Moscow",
    }


def test_head_lines_are_labelled_blocks(statement):
    """Each head line is a block without marks of emphasis, with a label for what it states."""
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


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Rio de Janeiro, 4 April 2018", "Rio de Janeiro"),
        ("4 April 2018, New York", "New York"),
        ("Tuesday, 4 April 2018", None),
        ("Sat, April 4, 2018", None),
        ("Last changed: 4 April 2018 by K. Olm", None),
        ("4 April 2018, by the clerk of the court", None),
        ("Updated 4 April 2018", None),
        ("4 April 2018, 10:30", None),
    ],
)
def test_a_place_is_taken_from_a_dateline_only_if_it_surely_is_one(line, place):
    """Names that a comma parts from the date are a place; days, hours and persons are none."""
    _, metadata = read_head(line, [(0, len(line))])
    assert (metadata["dates"][-4:], metadata.get("place")) == ("2018", place)


def test_labels_use_the_words_of_the_head():
    """Labels of date and place name the event of the head (summit) and the kind of text (remarks, letter)."""
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


def test_salutations_are_not_paragraphs(statement):
    """The statement has seven salutations and 29 paragraphs."""
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
    """A salutation consists only of forms of address."""
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
    """Paragraphs are found between blank lines, one on each line, and in wrapped text."""
    assert [text[start:end] for start, end in paragraphs(text)] == expected


def test_bare_headings_are_headings(write):
    """A short line without a full stop above a paragraph is a heading, and the title if it comes first."""
    folder = write(a__txt="Annual leave\n\nStaff have 30 days.\n\nSick leave\n\nA doctor's note is needed.")
    (document,) = documents(folder / "a.txt")
    assert texts(document, "heading") == ["Annual leave", "Sick leave"]
    assert texts(document, "paragraph") == ["Staff have 30 days.", "A doctor's note is needed."]
    assert document.title == "Annual leave"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_with_a_byte_order_mark_is_read(tmp_path, encoding):
    """UTF-8, UTF-16 and UTF-32 give the same text, with newlines as line ends."""
    (tmp_path / "a.txt").write_bytes("Été\r\n\r\n“quoted” 🙂\rend".encode(encoding))
    (document,) = documents(tmp_path / "a.txt")
    assert document.text == "Été\n\n“quoted” 🙂\nend"


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
def test_a_guessed_encoding_is_a_doubt(tmp_path, encoding, source, guessed):
    """A text in a guessed encoding is read correctly, with a doubt; other encodings give no doubt."""
    (tmp_path / "a.txt").write_bytes(source.encode(encoding))
    (document,) = documents(tmp_path / "a.txt")
    assert document.text == source.removeprefix("\ufeff")
    assert [doubt.reason for doubt in document.doubts] == ([] if guessed is None else ["encoding-guessed"])
    assert not guessed or guessed in document.doubts[0].detail
