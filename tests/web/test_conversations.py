"""Saved conversations by HTTP: for their owner alone, to list, rename, delete and export."""

from __future__ import annotations

import pytest
from browser.fake_bot import ADOPTED

from qa.service.history import ConversationStore

pytest.importorskip("docx", reason="exports need the extra [web]")
pytest.importorskip("gradio", reason="the web chat needs the extra [web]")

from starlette.testclient import TestClient

from qa.web import create_app

HERE = "http://127.0.0.1"


@pytest.fixture(scope="module")
def chat(fake, tmp_path_factory):
    """Return an application and the store of its conversations."""
    folder = tmp_path_factory.mktemp("conversations")
    return create_app(fake, per_minute=100_000, save_in=folder), ConversationStore(folder / "conversations.sqlite")


@pytest.fixture
def served(chat, tmp_path):
    """Return a function from a name to a client with a cookie of its own and a function that saves answers for it."""
    from qa.web.security.visitor import browser_owner

    app, conversations = chat

    def client(name):
        cookie = f"{name}-{tmp_path.name}"  # nobody has the same in another test
        opened = TestClient(app, base_url=HERE, cookies={"browser": cookie}, raise_server_exceptions=False)
        return opened, lambda *answers: _keep(conversations, browser_owner(cookie), answers)

    return client


def _keep(conversations, owner, answers):
    key = None
    for answer in answers:
        key, _ = conversations.add(owner, key, answer)
    return key


def test_another_browser_reaches_nothing(served, fake):
    """Every route answers 404 to another browser and to one without a cookie."""
    ada, keep = served("ada")
    key = keep(fake.ask(ADOPTED))
    strangers = [served("bob")[0], TestClient(ada.app, base_url=HERE, raise_server_exceptions=False)]
    calls = [
        ("GET", f"/conversations/{key}.md", None),
        ("POST", f"/conversations/{key}/title", {"title": "mine"}),
        ("POST", f"/conversations/{key}/delete", {}),
        ("POST", "/feedback", {"conversation": key, "number": 1, "citation": 1}),
    ]
    for stranger in strangers:
        assert ADOPTED not in stranger.get("/conversations").text
        for method, path, body in calls:
            assert stranger.request(method, path, json=body).status_code == 404, path
    assert [ada.request(method, path, json=body).status_code for method, path, body in calls[:2]] == [200, 200]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/feedback", b"", 422),
        ("/feedback", b"[]", 422),
        ("/feedback", b'{"conversation": "x", "number": "1"}', 422),
        ("/feedback", b'{"conversation": "x", "number": 1, "citation": "1"}', 422),
        ("/feedback", b'{"conversation": "KEY", "number": 99, "citation": 1}', 404),
        ("/feedback", b'{"conversation": "KEY", "number": 1, "citation": 99}', 404),
        ("/conversations/x/title", b"{", 404),
        ("/conversations/KEY/title", b"\xff", 200),
        ("/conversations/..%2f..%2fx/title", b"{}", 404),
    ],
)
def test_nonsense_is_refused_in_a_sentence(served, fake, path, body, status):
    """A wrong request gets a sentence and never an error of the server."""
    client, keep = served("ada")
    key = keep(fake.ask(ADOPTED))
    answered = client.post(path.replace("KEY", key), content=body.replace(b"KEY", key.encode()))
    assert answered.status_code == status


def test_exports_come_as_files_named_by_their_title(served, fake):
    """A download is named by the title of the conversation, whatever characters the title has."""
    client, keep = served("ada")
    key = keep(fake.ask(ADOPTED))
    client.post(f"/conversations/{key}/title", json={"title": 'Zürich: "../<b>"\r\nx'})
    for form in ("md", "docx", "json"):
        answered = client.get(f"/conversations/{key}.{form}")
        assert answered.status_code == 200
        assert answered.headers["content-disposition"] == (
            f"attachment; filename=\"Zurich b x.{form}\"; filename*=UTF-8''Z%C3%BCrich%20b%20x.{form}"
        )
    assert client.get(f"/conversations/{key}.exe").status_code == 404


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_said_and_served_all_the_same(fake, tmp_path, capsys):
    """Without a folder to write to, the chat runs and says that conversations are lost when it stops."""
    app = create_app(fake, save_in=tmp_path / "nowhere")
    assert TestClient(app, base_url=HERE).get("/health").status_code == 200
    assert "are lost when the server stops" in capsys.readouterr().err
