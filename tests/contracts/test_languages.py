"""What ``Language`` promises, held by English, the neutral one, and a small Spanish one that is made here."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.resources import files
from itertools import pairwise
from types import SimpleNamespace

import pytest

from qa.ingestion.readers.common.head import is_salutation, read_head
from qa.languages import document_words
from qa.languages.english import English
from qa.languages.neutral import Neutral
from qa.languages.terms import fold, terms_of
from qa.retrieval.query import content_terms
from qa.types import Clue, Entity, Wording


class Spanish:
    """Thirty lines are enough: stop words, plurals, years, and what a speech states of itself."""

    name = "words/1 with plurals, Spanish"
    _stop = frozenset({"a", "de", "del", "el", "en", "la", "las", "los", "que", "se", "un", "una", "y"})
    _year = re.compile(r"\b(?:19|20)\d\d\b")

    def terms(self, text):
        return terms_of(text, lambda word: re.sub("(?<=..)(?:es|s)$", "", fold(word)), self._stop)

    def wording(self, question):
        clues = tuple(Clue(one.start, one.end, self._facts(one.values)) for one in self.entities(question))
        repeats = bool(clues) and re.fullmatch(r"¿?y en \d+\?", question.lower()) is not None
        return Wording(tuple(self.terms(question)), clues, repeats=repeats)

    def facts(self, metadata):
        return self._facts({int(year) for year in self._year.findall(metadata.get("date", ""))})

    def entities(self, text):
        return [Entity("year", frozenset({int(m.group())}), *m.span()) for m in self._year.finditer(text)]

    def bases(self, word):
        return [word.removesuffix("s")]

    def other_language(self, text):
        return "en" if "the " in text.lower() else None

    def _facts(self, years):
        return frozenset(("year", year) for year in years)


TEXTS = [
    "",
    " \n",
    "When was the Strategy of 2006 adopted, and by whom?",
    "¿Cuándo se adoptó la Estrategia de 2006 y qué países la votaron?",
    "A/RES/64/35 — Mr. António Guterres, Côte d’Ivoire, 9/11, thirty-five entities, MMXVIII",
    "全球反恐战略 in 2006",
    "🎉 'n' ’s S’S 1,000.5 1990s",
]


LANGUAGES = {"English": English(), "neutral": Neutral(), "Spanish": Spanish()}
IMPLEMENTATIONS = {"Language": LANGUAGES}


@pytest.fixture(params=LANGUAGES.values(), ids=LANGUAGES)
def language(request):
    return request.param


@pytest.mark.parametrize("text", TEXTS)
def test_terms_and_entities_stand_in_the_text_in_order(language, text):
    """Spans are not empty, lie within the text, do not overlap if they are entities, and come in order."""
    terms, entities = language.terms(text), language.entities(text)
    for spans in ([(t.start, t.end) for t in terms], [(e.start, e.end) for e in entities]):
        assert spans == sorted(spans)
        assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one.end <= other.start for one, other in pairwise(entities))
    assert all(term.term for term in terms)
    assert all(one.values for one in entities)


@pytest.mark.parametrize("text", TEXTS)
def test_the_wording_has_the_terms_of_the_question(language, text):
    """Wording and terms agree, clues stand in the question, and asking twice gives the same."""
    wording = language.wording(text)
    assert list(wording.terms) == language.terms(text) == language.terms(text)
    assert all(0 <= clue.start < clue.end <= len(text) and clue.facts for clue in wording.clues)


def test_case_and_diacritics_make_no_difference(language):
    """Every language folds them, and has a name that an index can remember."""
    assert [t.term for t in language.terms("ESTRATEGIA Cafe")] == [t.term for t in language.terms("estratégia café")]
    assert language.name


def test_facts_are_what_clues_are_compared_with(language):
    """A question that gives a document's year has a clue that the document states, where the language knows years."""
    clues = language.wording("2018").clues
    assert bool(clues) == bool(language.entities("2018"))
    assert all(clue.facts & language.facts({"date": "2018-04-05"}) for clue in clues)
    assert not any(clue.facts & language.facts({"date": "2017-04-05"}) for clue in clues)
    assert language.facts({}) == frozenset()


def test_nothing_is_in_another_language_than_itself(language):
    """A question of its own is not refused; the neutral language refuses nothing."""
    own = {"Spanish": "¿Cuándo se adoptó la Estrategia?"}.get(type(language).__name__, "When was the Strategy adopted?")
    assert language.other_language(own) is None
    assert Neutral().other_language("¿Cuándo se adoptó la Estrategia?") is None
    assert English().other_language("¿Cuándo se adoptó la Estrategia?") == "es"


def test_the_neutral_language_keeps_every_word():
    """It has no stop words, no endings, no entities and no clues."""
    question = "What did the Kenyans say of 2018?"
    terms = Neutral().terms(question)
    assert [term.term for term in terms] == ["what", "did", "the", "kenyans", "say", "of", "2018"]
    assert content_terms(terms) == [term.term for term in terms]
    assert Neutral().entities(question) == ()
    assert Neutral().wording(question) == Wording(tuple(terms))


def test_a_question_of_stop_words_only_is_about_them(language):
    """Where no word says what a text is about, all do."""
    assert content_terms(language.terms("the the")) == ["the"]


def test_importing_a_language_reads_no_list():
    """Word lists, country names, stemmer and identifier are loaded with the first text."""
    code = (
        "import sys; import qa.languages.english as english; from qa.languages.english import word_lists;"
        "print(word_lists._lists.cache_info().currsize, 'countryinfo' in sys.modules, 'py3langid' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert shown.split() == ["0", "False", "False"]


def test_a_file_alone_adds_how_documents_in_a_language_look(tmp_path, monkeypatch):
    """A Spanish file makes dates, heads and salutations in Spanish known, beside the English ones."""
    for file in files("qa.languages").joinpath("documents").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "es.toml").write_text(
        'months = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"\n'
        'joins_days = "a y"\nsalutation = "señoras señores y"\narticles = { "Artículo" = "art." }\n'
        '[head]\ntexts = "discurso"\ngiven = "pronunciado"\nby = "por"\nthe = "el la"\nevent = "conferencia"\n'
        'office = "ministro"\norganisation = "ministerio"\n'
        "[labels]\nspeaker = 'orador: quién {text} pronunció'\n"
        "event = 'acto: en qué {event}'\ndates = 'fecha: cuándo'\nplace = 'lugar: dónde'\n"
        "[event_labels]\n[nouns]\ntext = 'este texto'\ntexts = 'este {}'\nevent = 'acto'\n",
        "utf-8",
    )
    monkeypatch.setattr(document_words, "files", lambda _: SimpleNamespace(joinpath=lambda _: tmp_path))
    document_words._languages.cache_clear()
    document_words.document_words.cache_clear()
    try:
        assert document_words.find_date("Madrid, 4 y 5 abril 2018").iso == "2018-04-05"
        assert document_words.find_date("Madrid, April 5, 2018").iso == "2018-04-05"
        assert is_salutation("Señoras y señores:")
        assert is_salutation("Ladies and gentlemen,")
        text = "Discurso pronunciado por la Sra. Ana Gil\nConferencia de Madrid"
        head, metadata = read_head(text, [(0, 40), (41, len(text))])
        assert metadata == {"speaker": "Sra. Ana Gil", "event": "Conferencia de Madrid"}
        assert [dict(line.states) for line in head] == [
            {"speaker": "orador: quién este discurso pronunció"},
            {"event": "acto: en qué conferencia"},
        ]
    finally:
        document_words._languages.cache_clear()
        document_words.document_words.cache_clear()
