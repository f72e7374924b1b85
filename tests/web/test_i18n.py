"""The interface's languages: complete files, the browser's preference, a further language by its file alone."""

from __future__ import annotations

import json
import tomllib

import pytest
from browser.fake_bot import FakeBot, statement
from interface_words import LANGUAGES

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")

from starlette.testclient import TestClient

from qa.web import create_app
from qa.web.i18n.languages import FOLDER, Languages
from qa.web.security.accounts import read_accounts, set_password

HERE = "http://127.0.0.1"
SECRET = "correct horse battery"
SAME = {
    "conversation_label", "documents_title", "history_title", "page_number", "page_view", "source_title",
    "percent", "question_count.one", "question_count.other", "listed_count.one", "listed_count.other",
    "passage_count.one", "passage_count.other", "metadata_names.organisation", "metadata_names.dates",
    "metadata_names.date", "metadata_names.session",
}  # fmt: skip
"""Texts that are the same in English and in French."""
SPANISH = {
    "name": "Español", "ask_button": "Preguntar", "source_missing": "Este pasaje no se puede mostrar.",
    "sign_in_text": "Inicie sesión para preguntar.", "history_empty": "Todavía no hay ninguna.",
}  # fmt: skip


def texts(path):
    """Return the texts of a language file by dotted name."""
    content = tomllib.loads(path.read_text("utf-8"))
    tables = {name: value for name, value in content.items() if isinstance(value, dict)}
    nested = {f"{name}.{key}": text for name, table in tables.items() for key, text in table.items()}
    return {name: value for name, value in content.items() if name not in tables} | nested


ENGLISH_TEXTS = texts(FOLDER / "en.toml")


def write(folder, tag, changed):
    """Write the file of a language in which every text is the English one in brackets, but for those ``changed``."""
    spoken = {name: f"[{text}]" for name, text in ENGLISH_TEXTS.items()} | changed
    lines = [f"{name} = {json.dumps(text)}" for name, text in spoken.items() if text is not None]
    (folder / f"{tag}.toml").write_text("\n".join(lines), "utf-8")


@pytest.mark.parametrize("language", sorted(words.language for words in LANGUAGES if words.language != "en"))
def test_nothing_is_left_in_english(language):
    """A language has every text in words of its own."""
    other = texts(FOLDER / f"{language}.toml")
    assert other.keys() == ENGLISH_TEXTS.keys()
    assert {name for name, text in other.items() if text == ENGLISH_TEXTS[name]} <= SAME


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("fr", "fr"), ("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("de, en;q=0.7, fr;q=0.9", "fr"),
     ("en-GB,fr;q=0.9", "en"), ("zh", "en"), (";;q=x,,fr;q=", "fr"), ("fr;q=nonsense", "en")],
)  # fmt: skip
def test_the_browsers_preference_is_read(accepted, language):
    """The language that the browser prefers among those there are is taken, English where there is none."""
    assert LANGUAGES.preferred(accepted).language == language


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ask_button": None}, "the text ask_button is missing"),
        ({"ask_button": ""}, "the text ask_button is missing"),
        ({"doubts.damaged": None}, "the text doubts.damaged is missing"),
        ({"ask_buton": "x"}, "the text ask_buton is not one of the interface"),
        ({"page_number": "Página"}, "the text page_number has [] in braces instead of ['number']"),
    ],
)
def test_a_wrong_language_file_is_an_error_that_names_file_and_text(tmp_path, changed, message):
    """A text that is missing, empty, unknown or without what is filled in is named, with its file."""
    write(tmp_path, "es", changed)
    with pytest.raises(ValueError, match="es.toml: the text") as raised:
        Languages.load(tmp_path)
    assert str(raised.value) == f"{tmp_path / 'es.toml'}: {message}"


@pytest.mark.parametrize(("name", "content"), [("Spanish", "a = 'b'"), ("es", "a = ")])
def test_a_file_that_is_no_language_is_an_error_that_names_it(tmp_path, name, content):
    """A name that is no tag, or a file that is not TOML, is said with the file's name."""
    (tmp_path / f"{name}.toml").write_text(content)
    with pytest.raises(ValueError, match=f"{name}.toml"):
        Languages.load(tmp_path)


@pytest.fixture
def spanish(tmp_path):
    """Return the languages with Spanish added by its file alone."""
    write(tmp_path, "es", SPANISH)
    return Languages.load(tmp_path)


@pytest.mark.slow
def test_a_language_is_added_by_its_file_alone(spanish):
    """Its page, routes and links are served, and a browser that prefers it is led there."""
    app = create_app(FakeBot([statement()]), languages=spanish, per_minute=1_000)
    with TestClient(app, base_url=HERE) as client:
        page = client.get("/es/").text
        assert "Preguntar" in page
        assert "Fran\\u00e7ais" in page or "Français" in page
        assert "Espa\\u00f1ol" in client.get("/").text or "Español" in client.get("/").text
        assert SPANISH["source_missing"] in client.get("/es/source?document=none").text
        assert SPANISH["history_empty"] in client.get("/es/conversations").text
        assert client.get("/de/source?document=none").status_code == 404
        wished = {"accept": "text/html", "accept-language": "es-AR,fr;q=0.5"}
        led = client.get("/?q=a", headers=wished, follow_redirects=False)
        assert (led.status_code, led.headers["location"]) == (302, "es/?q=a")


@pytest.mark.slow
def test_signing_in_speaks_an_added_language(spanish, tmp_path):
    """The login page is in it, and leads back to its page and to no path that only looks like one."""
    path = tmp_path / "users"
    set_password(path, "ada", SECRET)
    app = create_app(FakeBot([statement()]), languages=spanish, accounts=read_accounts(path))
    client = TestClient(app, base_url=HERE, follow_redirects=False)
    assert SPANISH["sign_in_text"] in client.get("/login", headers={"accept-language": "es"}).text
    led = client.get("/es/?q=a", headers={"accept": "text/html"})
    assert led.headers["location"] == "/login?next=/es/%3Fq%3Da"
    for wanted, place in (("/es/?q=a", "/es/?q=a"), ("/de/", "/"), ("//es/", "/")):
        entered = client.post(f"/login?next={wanted}", data={"name": "ada", "password": SECRET})
        assert (entered.status_code, entered.headers["location"]) == (303, place)
