"""Documents by HTTP: listed, added, followed and removed, by whom it is allowed and within limits; no browser."""

from __future__ import annotations

import base64
import re
from unittest.mock import Mock

import anyio
import pytest
from aside import aside
from interface_words import ENGLISH, FRENCH
from small_corpus import small_corpus

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")

from starlette.testclient import TestClient

from qa.cli import main
from qa.errors import DiskFull
from qa.schema import AcceptedObject, CatalogueObject, UploadObject
from qa.service import uploads
from qa.web import create_app
from qa.web.routes import documents
from qa.web.security import connections
from qa.web.security.accounts import read_accounts, set_password

HERE = "http://127.0.0.1"
HERON = b"The heron eats fish at the pond."
SECRET = "correct horse battery"
LONG = 30


@pytest.fixture
def corpus(tmp_path):
    with small_corpus(tmp_path) as corpus:
        yield corpus


class Current:
    """Whatever ``now`` is: an application takes long to make, and a corpus must be a fresh one in every test."""

    def __init__(self, now):
        self.now = now

    def __getattr__(self, name):
        return getattr(self.now, name)

    def built(self):
        return self.now.built()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Return an application with all defaults, its corpus and its bot, to be replaced for each test."""
    with small_corpus(tmp_path_factory.mktemp("corpus")) as corpus:
        current, bot = Current(corpus), Current(corpus.bot)
        return create_app(bot, corpus=current, per_minute=100_000), current, bot


@pytest.fixture
def app(shared, corpus):
    app, current, bot = shared
    current.now, bot.now = corpus, corpus.bot
    return app


@pytest.fixture
def client(app):
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


def _client(corpus, **options):
    app = create_app(corpus.bot, corpus=corpus, per_minute=100_000, **options)
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


def _files(corpus):
    return sorted(path.name for path in (corpus.source.parent / "index" / "documents").glob("*"))


def test_programs_list_filter_and_page(client, corpus):
    """``GET /api/documents`` lists the documents as OpenAPI describes, with filters and page by page."""
    listed = client.get("/api/documents").json()
    assert CatalogueObject.model_validate(listed).model_dump(mode="json") == listed
    assert [(d["document"], d["passages"], d["kind"], d["file"]) for d in listed["documents"]] == [
        ("leave.txt", 2, "txt", None), ("travel.txt", 1, "txt", None),
    ]  # fmt: skip
    assert listed["sources"] == [str(corpus.source)]
    assert [(s["file"], s["reason"]) for s in listed["skipped"]] == [("image.png", "unsupported")]
    found = client.get("/api/documents", params={"words": "TRAVEL", "kind": "txt"}).json()
    assert (found["found"], [d["document"] for d in found["documents"]]) == (1, ["travel.txt"])
    paged = client.get("/api/documents", params={"first": 1, "most": 1}).json()
    assert (paged["found"], [d["document"] for d in paged["documents"]]) == (2, ["travel.txt"])
    assert client.get("/api/documents", params={"kind": "pdf"}).json()["found"] == 0
    assert client.get("/api/documents", params={"most": 5_000}).status_code == 422


def test_programs_add_ask_and_remove(client, corpus):
    """A file that is sent as a body is cited after its update, and no longer after it was deleted."""
    taken = client.post("/api/documents", params={"name": "ponds/heron.txt"}, content=HERON)
    assert (taken.status_code, taken.json()) == (202, {"file": "heron.txt", "update": 1})
    assert AcceptedObject.model_validate(taken.json())
    assert corpus.wait(1, LONG)
    became = client.get("/api/documents/heron.txt", params={"update": 1}).json()
    assert UploadObject.model_validate(became).model_dump(mode="json") == became
    assert (became["stage"], became["documents"], became["passages"]) == ("indexed", 1, 1)
    answer = client.post("/api/ask", json={"question": "heron fish pond"}).json()
    assert answer["citations"][0]["quote"] == HERON.decode()
    removed = client.delete("/api/documents/heron.txt")
    assert (removed.status_code, removed.json()) == (202, {"file": "heron.txt", "update": 2})
    assert corpus.wait(2, LONG)
    assert client.get("/api/documents/heron.txt").json()["stage"] == "absent"
    assert client.get("/api/documents").json()["found"] == 2


def test_while_an_update_runs_the_old_index_answers(client, corpus):
    """Until a file is indexed it waits, and answers come from the old generation."""
    with corpus.gate.shut():
        client.post("/api/documents", params={"name": "heron.txt"}, content=HERON)
        assert client.get("/api/documents/heron.txt").json()["stage"] == "waiting"
        before = client.post("/api/ask", json={"question": "annual leave days"}).json()
        assert before["citations"][0]["document"] == "leave.txt"
    assert corpus.wait(1, LONG)
    after = client.post("/api/ask", json={"question": "annual leave days"}).json()
    assert after["index"]["generation"] != before["index"]["generation"]


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("travel.txt", b"x", 409, "is in the index already"),
        ("a.txt", b"", 422, "is empty"),
        ("..", b"x", 422, "no name that can be used"),
    ],
)
def test_a_refusal_is_a_status_and_a_sentence(client, corpus, name, content, status, said):
    """A file that cannot be added is refused to programs and to the page, and nothing of it stays."""
    refused = client.post("/api/documents", params={"name": name}, content=content)
    assert refused.status_code == status
    assert said in refused.json()["error"]
    assert client.post("/documents", params={"name": name}, content=content).status_code == status
    assert client.post("/documents/room", params={"name": name, "size": len(content)}, content=content).json()["error"]
    assert corpus.progress().requested == 0
    assert _files(corpus) == []


@pytest.mark.parametrize(
    ("name", "beginning", "reason"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n\0", "unsupported"),
        ("song.mp3", b"ID3\0", "unsupported"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported"),
        ("report.pdf", b"a letter", "not-this-format"),
        ("report.bin", b"%PDF-1.7", None),
        ("letter.docx", b"PK\x03\x04", None),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        ("notes.txt", b"The heron", None),
    ],
)
def test_what_cannot_be_read_is_said_before_it_is_sent(client, name, beginning, reason):
    """By its first bytes, with the way out in the page's language; what they do not tell is read first."""
    for place, words in (("", ENGLISH), ("/fr", FRENCH)):
        asked = client.post(f"{place}/documents/room", params={"name": name, "size": 99}, content=beginning)
        assert asked.json() == ({"reason": reason, "error": words.refusals[reason]} if reason else {})


def test_a_name_that_was_added_is_replaced_only_on_request(client, corpus):
    """A second file of a name gets 409; with ``replace`` it takes the place of the first."""
    for replace, status in ((False, 202), (False, 409), (True, 202)):
        content = HERON if not replace else b"The heron left the pond."
        answered = client.post("/api/documents", params={"name": "h.txt", "replace": replace}, content=content)
        assert answered.status_code == status
    assert corpus.wait(corpus.progress().requested, LONG)
    answer = client.post("/api/ask", json={"question": "heron pond"}).json()
    assert answer["citations"][0]["quote"] == "The heron left the pond."


@pytest.mark.parametrize("path", ["/api/documents", "/documents", "/fr/documents"])
def test_a_file_too_large_is_refused_by_its_announced_length(client, corpus, path, monkeypatch):
    """Routes for files take a mebibyte, and refuse a body that announces too many bytes without reading it."""
    assert client.post(path, params={"name": "a.txt"}, content=b"a fine text " * 100_000).status_code == 202
    for headers, status in (({"content-length": str(uploads.MOST_BYTES + 1)}, 413), ({"content-length": "x"}, 411)):
        assert client.post(path, params={"name": "b.txt"}, content=b"x", headers=headers).status_code == status
    assert client.post("/api/ask", content=b" " * ((1 << 20) + 1)).status_code == 413
    monkeypatch.setattr(documents, "_AT_ONCE", 0)
    assert client.post(path, params={"name": "b.txt"}, content=b"x").status_code == 503
    assert _files(corpus) == ["a.txt"]


def test_too_many_files_and_a_full_disk_are_refused(client, corpus, monkeypatch):
    """Too many added files, and too little room on the disk, are refused."""
    monkeypatch.setattr(uploads, "MOST_FILES", 0)
    assert client.post("/api/documents", params={"name": "b.txt"}, content=b"x").status_code == 422
    monkeypatch.setattr(uploads, "MOST_FILES", 1)
    monkeypatch.setattr(uploads, "SPARE_BYTES", 1 << 62)
    assert client.post("/api/documents", params={"name": "b.txt"}, content=b"x").status_code == 507
    assert _files(corpus) == []


@pytest.mark.parametrize("name", ["a" * 300, "é" * 200])
def test_what_has_no_name_of_a_file_cannot_be_removed(client, corpus, name):
    """A name that no file can have gets 404, never an error of the server."""
    assert client.post("/documents/remove", params={"file": name}).status_code == 404
    assert client.delete(f"/api/documents/{name}").status_code == 404
    assert corpus.progress().requested == 0


def test_a_folder_that_cannot_be_written_to_is_said(client, corpus, monkeypatch):
    """If the server cannot write to its folder, the response says so."""
    monkeypatch.setattr("tempfile.mkstemp", Mock(side_effect=PermissionError(13, "Permission denied")))
    refused = client.post("/api/documents", params={"name": "b.txt"}, content=b"x")
    assert (refused.status_code, "cannot write" in refused.json()["error"]) == (507, True)
    refused = client.post("/fr/documents", params={"name": "b.txt"}, content=b"x")
    assert refused.json()["reason"] == "not-writable"
    assert corpus.progress().requested == 0


@pytest.mark.parametrize("end", ["silence", "disconnect", "more"])
def test_a_sender_that_breaks_off_leaves_nothing(app, corpus, end, monkeypatch):
    """If the sender stops, disconnects or sends more than announced, nothing of the file stays."""
    monkeypatch.setattr(documents, "_SILENT", 0.05)
    sent = []
    chunks = [{"type": "http.request", "body": b"x" * 5, "more_body": True}]
    if end == "more":
        chunks.append({"type": "http.request", "body": b"x" * 9, "more_body": False})
    if end == "disconnect":
        chunks.append({"type": "http.disconnect"})

    async def receive():
        return chunks.pop(0) if chunks else await anyio.sleep_forever()

    async def send(message):
        sent.append(message)

    aside(app, _upload_scope(10), receive, send)
    assert sent[0]["status"] == 422
    assert _files(corpus) == []
    assert corpus.progress().requested == 0


def test_uploads_that_drip_keep_nobody_out_for_long(app, corpus, monkeypatch):
    """While four drip a fifth is told when to come again; the four are ended with 408, and it is taken."""
    monkeypatch.setattr(connections, "_SILENT_SECONDS", 2.0)
    ended = []

    async def drip():
        async def receive():
            await anyio.sleep(0.05)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message):
            if message["type"] == "http.response.start":
                ended.append(message["status"])

        await app(_upload_scope(5_000_000), receive, send)

    async def fifth():
        answered = []

        async def receive():
            return {"type": "http.request", "body": HERON, "more_body": False}

        async def send(message):
            answered.append(message)

        await app(_upload_scope(len(HERON)), receive, send)
        return answered[0]["status"], dict(answered[0]["headers"]).get(b"retry-after")

    async def all_at_once():
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(drip)
            await anyio.sleep(1)
            early = await fifth()
        return early, await fifth()

    assert aside(all_at_once) == ((503, b"5"), (202, None))
    assert ended == [408] * 4
    assert _files(corpus) == ["a.txt"]


def _upload_scope(length):
    return {
        "type": "http", "method": "POST", "path": "/api/documents", "raw_path": b"/api/documents", "root_path": "",
        "query_string": b"name=a.txt", "scheme": "http", "http_version": "1.1", "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 80), "headers": [(b"host", b"127.0.0.1"), (b"content-length", b"%d" % length)],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/documents?name=a.txt"), ("DELETE", "/api/documents/a.txt"), ("POST", "/documents?name=a.txt"),
     ("POST", "/documents/remove?file=a.txt"), ("POST", "/fr/documents?name=a.txt")],
)  # fmt: skip
@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_other_sites_change_nothing(client, corpus, method, path, headers):
    """A page of another origin cannot add or remove documents."""
    assert client.request(method, path, content=b"x", headers=headers).status_code == 403
    assert corpus.progress().requested == 0
    assert _files(corpus) == []


@pytest.mark.slow
def test_only_editors_change_the_documents(corpus, tmp_path):
    """With accounts, only editors can add and remove documents; everybody else gets 403."""
    path = tmp_path / "users"
    for name in ("ada", "bob"):
        set_password(path, name, SECRET)
    keys = {name: base64.b64encode(f"{name}:{SECRET}".encode()).decode() for name in ("ada", "bob")}
    client = _client(corpus, accounts=read_accounts(path), editors={"ada"})
    for name, status, may in (("bob", 403, False), ("ada", 202, True)):
        as_them = {"authorization": f"Basic {keys[name]}"}
        assert client.get("/api/documents", headers=as_them).json()["found"] == 2
        assert client.get("/documents/overview", headers=as_them).json()["may"] is may
        assert client.post("/api/documents?name=a.txt", content=HERON, headers=as_them).status_code == status
        assert (
            "error" in client.post("/documents/room?name=b.txt&size=1", content=b"x", headers=as_them).json()
        ) is not may
    assert corpus.wait(1, LONG)
    for name, status in (("bob", 403), ("ada", 202)):
        as_them = {"authorization": f"Basic {keys[name]}"}
        assert client.delete("/api/documents/a.txt", headers=as_them).status_code == status
    assert client.get("/documents/state").status_code == 401


@pytest.mark.slow
def test_a_server_that_lets_nobody_change_anything(corpus):
    """Without editors the page and programs can list documents and change nothing."""
    client = _client(corpus, editors=frozenset())
    assert client.post("/api/documents?name=a.txt", content=HERON).status_code == 403
    assert client.post("/documents?name=a.txt", content=HERON).status_code == 403
    assert client.post("/documents/remove?file=a.txt", content=b"").status_code == 403
    assert client.delete("/api/documents/a.txt").status_code == 403
    assert client.get("/api/documents").json()["found"] == 2
    assert _files(corpus) == []


@pytest.mark.slow
def test_without_a_corpus_there_are_no_documents_to_list(client, corpus):
    """Without a corpus the page has no button for documents, and the routes do not exist."""
    alone = TestClient(create_app(corpus.bot), base_url=HERE)
    assert alone.get("/api/documents").status_code == 404
    for one, there in ((alone, False), (client, True)):
        page = one.get("/", headers={"accept": "text/html"}).text
        assert ("data-documents aria-haspopup" in page) is there


def test_the_age_and_number_for_monitors_follow_the_index(client, corpus):
    """``/metrics`` gives the number of documents and the age of the current generation."""

    def gauge(name):
        return float(re.search(rf"^{name} (\S+)$", client.get("/metrics").text, re.MULTILINE).group(1))

    assert gauge("qa_index_documents") == 2
    corpus.bot._open.built = corpus.bot._open.built.replace(year=2000)
    assert gauge("qa_index_age_seconds") > 20 * 365 * 24 * 3600
    client.post("/api/documents?name=heron.txt", content=HERON)
    assert corpus.wait(1, LONG)
    assert gauge("qa_index_documents") == 3
    assert gauge("qa_index_age_seconds") < 3600


def test_a_failed_update_is_said_in_the_pages_language(client, corpus):
    """After a failed update the page gets the reason in its language, and the file has the stage ``failed``."""
    corpus.gate.failing = DiskFull("the disk is full; make room")
    number = client.post("/fr/documents?name=heron.txt", content=HERON).json()["number"]
    assert corpus.wait(number, LONG)
    problem = client.get("/fr/documents/state").json()["problem"]
    assert problem.startswith("L’index n’a pas pu être mis à jour")
    assert "le disque est plein" in problem
    assert problem.endswith("the disk is full; make room")
    became = client.get(f"/fr/documents/result?file=heron.txt&number={number}").json()
    assert (became["stage"], "the disk is full" in became["html"]) == ("failed", True)


@pytest.mark.slow
def test_an_editor_must_be_somebody_who_can_sign_in(tmp_path, capsys):
    """``--editor`` with a name that is not in the file of ``--auth`` is an error that says how to add it."""
    path = tmp_path / "users"
    set_password(path, "ada", SECRET)
    for options in (["--editor", "eve"], ["--editor", "ada", "--editor", "eve", "--auth", str(path)]):
        assert main(["serve", *options]) == 2
        assert "--editor eve is nobody that --auth names; add them: qa password eve" in capsys.readouterr().err
