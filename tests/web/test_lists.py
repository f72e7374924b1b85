"""Lists and replies as the conversation, a screen reader and an export show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from browser.fake_bot import ADOPTED
from interface_words import ENGLISH, FRENCH, LANGUAGES

from qa.service.history import Exchange
from qa.types import Answer, Citation, MentioningDocument, Mentions

pytest.importorskip("jinja2", reason="the web chat needs the extra [web]")

from qa.web import export
from qa.web.chat import Chat, TabState
from qa.web.views.answers import announcement, answer, folded, is_list

TEXT = "They said: " + "peace " * 40 + "<b>the Rohingya</b> fled " + "again " * 60


def cited(number, document):
    start = TEXT.index("Rohingya")
    return Citation(
        *(number, document, document[0].upper(), {}, None, 4, None, "para. 4", 100, 100 + len(TEXT), TEXT),
        ((100 + start, 100 + start + 8),),
        1.0,
        {},
    )


def listed(entries, lines, passages, match="all"):
    """Return an answer with a passage of each document, of a list of so many lines and passages."""
    citations = tuple(cited(number, name) for number, name in enumerate(entries, 1))
    shown = tuple(
        MentioningDocument(name, name[0].upper(), passages, (number,)) for number, name in enumerate(entries, 1)
    )
    total = passages * lines
    mentions = Mentions(("Rohingya",), match, lines, total, 65, 0, shown)
    question = "Which countries mention the Rohingya?"
    return Answer(question, question, True, 1.0, None, citations, "g", "e", 1.0, mentions=mentions)


def test_a_list_is_counted_and_each_line_has_the_words_in_their_surroundings():
    """The excerpt is the passage's own text, escaped, with the word marked; the link opens the passage."""
    given = listed(["a.txt", "b.txt"], 2, 1)
    shown = answer(1, given, ENGLISH)
    assert "2 of 65 documents, 2 passages: all that mention “Rohingya” by these words." in shown
    assert shown.count("peace &lt;b&gt;the <mark>Rohingya</mark>&lt;/b&gt; fled again") == 2
    assert 'href="?document=b.txt&amp;passage=100-' in shown
    assert "They said" not in shown
    assert "data-clarity" not in shown
    assert announcement(given, ENGLISH) == "2 of 65 documents, 2 passages: all that mention “Rohingya” by these words."
    assert "2 sur 65 documents, 2 passages\xa0: tous ceux" in answer(1, given, FRENCH)


def test_where_no_passage_holds_the_words_the_nearest_are_passages_as_ever():
    """Near-identical ones are folded, three are previews, the others on demand; an export holds the nearest."""
    citations = tuple(cited(number, f"{number}.txt") for number in range(1, 7))
    mentions = Mentions(("Rohingya",), "all", 0, 0, 65, 0, ())
    given = replace(listed([], 0, 0), citations=citations, mentions=mentions, found=False)
    assert not is_list(given)
    assert [len(one.others) for one in folded(given)] == [5]
    assert is_list(listed(["a.txt"], 1, 1))
    exchange = Exchange(1, datetime.now(UTC), given)
    assert export.markdown("Report", [exchange], ENGLISH).decode().count("fled") == 1


def test_a_list_that_is_cut_says_so():
    """Twenty lines show, the others on demand; of longer lists it is said how many are here, and of documents, too."""
    many = [f"{letter}{number}.txt" for number in range(5) for letter in "abcde"]
    shown = answer(1, listed(many, 30, 3), ENGLISH)
    assert "30 of 65 documents, 90 passages mention “Rohingya” by these words. The first 25 are listed." in shown
    before, after = shown.split("<summary>Show more</summary>")
    assert (before.count("<mark>"), after.count("<mark>")) == (20, 5)
    assert "and 2 more passages" in before


def test_what_nobody_mentions_and_what_words_do_not_name_is_said():
    """Above the nearest passages, which are shown as ever."""
    none = replace(listed([], 0, 0), found=False, confidence=0.0, reason="nothing-relevant")
    shown = answer(1, replace(none, citations=(cited(1, "a.txt"),)), ENGLISH)
    assert "None of 65 documents mentions “Rohingya” by these words." in shown
    assert ENGLISH.not_answered in shown
    nearest = answer(1, listed(["a.txt"], 1, 1, "nearest"), ENGLISH)
    assert ENGLISH.list_nearest in nearest
    assert "They said" in nearest
    given = listed(["a.txt"] * 6, 1, 6, "nearest")
    said = ("Alpha bravo charlie", "Delta echo", "Foxtrot golf hotel", "India", "Juliett kilo", "Lima mike")
    given = replace(
        given,
        citations=tuple(
            replace(one, quote=text.ljust(len(TEXT), ".")) for one, text in zip(given.citations, said, strict=True)
        ),
    )
    shown = answer(1, given, ENGLISH)
    assert all(text in shown for text in said)
    assert 'class="further"' not in shown


def test_an_export_of_a_list_has_its_count_and_its_passages():
    """Every passage of the list is quoted whole."""
    given = listed(["a.txt", "b.txt"], 2, 1)
    written = export.markdown("Report", [Exchange(1, datetime.now(UTC), given)], ENGLISH).decode()
    assert "2 of 65 documents, 2 passages: all that mention “Rohingya”" in written
    assert written.count("\n> They said:") == 2
    assert not any(word in written for word in ENGLISH.clarity.values())


@pytest.mark.parametrize("words", list(LANGUAGES), ids=lambda words: words.language)
@pytest.mark.parametrize("kind", ["greeting", "thanks", "capabilities", "summary"])
def test_a_remark_gets_the_programs_own_reply(words, kind):
    """One sentence under the program's name, without passage, verdict or feedback."""
    given = Answer("hello", "hello", False, 0.0, "nothing-relevant", (), "g", "e", 1.0, remark=kind)
    shown = answer(1, given, words)
    assert f'<p class="reply"><b>Chapter &amp; Verse</b> {words.replies[kind]}</p>' in shown
    assert words.not_answered not in shown
    assert "<blockquote" not in shown
    assert announcement(given, words) == words.replies[kind]


def test_a_remark_is_no_part_of_the_conversation(fake, monkeypatch):
    """The question after it is asked with what was said before it, and the address stays."""
    chat, tab = Chat(fake, ENGLISH), TabState()
    chat.enter(ADOPTED, tab)
    chat.answer(tab)
    turns = tuple(tab.turns)
    remark = replace(fake.ask(""), remark="thanks", reason="nothing-relevant")
    monkeypatch.setattr(type(fake), "ask", lambda *_, **__: remark)
    chat.enter("ok thanks", tab)
    assert "address" not in chat.answer(tab)
    assert tuple(tab.turns) == turns


def test_the_page_asks_for_more_lines_where_there_are_more(fake, monkeypatch):
    """A list longer than what is asked for at first is asked for again, and shown unfolded."""
    asked = []

    def ask(*_, k, **__):
        asked.append(k)
        return listed([f"{number}.txt" for number in range(min(k, 30))], 30, 1)

    monkeypatch.setattr(type(fake), "ask", ask)
    chat, tab = Chat(fake, ENGLISH), TabState()
    chat.enter("Which countries mention the Rohingya?", tab)
    assert chat.answer(tab)["html"].count("<mark>") == 30
    assert asked == [20, 60]
