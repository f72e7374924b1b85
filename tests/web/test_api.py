"""Answers for programs by HTTP, and the routes for monitors."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from browser.fake_bot import ADOPTED, FakeBot, statement
from conftest import SHARED

pytest.importorskip("gradio", reason="the web chat needs the extra [web]")

from starlette.testclient import TestClient

from qa.schema import AnswerObject
from qa.web import create_app

HERE = "http://127.0.0.1"


@pytest.fixture(scope="module")
def client(fake):
    app = create_app(fake, per_minute=100_000, built=datetime.now(UTC) - timedelta(hours=2))
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


def test_a_program_gets_the_answer_object_of_the_contract(client, fake):
    """``POST /api/ask`` returns ``Answer.to_dict()``, field by field, as OpenAPI describes it."""
    answered = client.post("/api/ask", json={"question": ADOPTED, "k": 2})
    assert answered.status_code == 200
    assert answered.json() == fake.ask(ADOPTED, k=2).to_dict()
    assert AnswerObject.model_validate(answered.json()).model_dump(mode="json") == answered.json()
    assert answered.headers["cache-control"] == "no-store"


def test_a_refusal_is_an_answer(client):
    """A question that the documents do not answer gets status 200, the reason and the nearest passages."""
    answered = client.post("/api/ask", json={"question": "Who won the football championship in Moscow?"})
    assert answered.status_code == 200
    assert (answered.json()["found"], answered.json()["reason"]) == (False, "nothing-relevant")
    assert answered.json()["citations"]


def test_the_conversation_so_far_is_used(client, fake):
    """The bot gets the history that a program sends."""
    history = [{"role": "user", "text": ADOPTED}, {"role": "assistant", "text": "In 2006."}]
    answered = client.post("/api/ask", json={"question": "and which focus?", "history": history})
    assert answered.json()["query"] == f"{ADOPTED} and which focus?"
    assert [turn.text for turn in fake.asked[-1][1]] == [ADOPTED, "In 2006."]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 422, "body: Field required"),
        (b"{", 422, "JSON decode error"),
        (b"[]", 422, "body: Input should be"),
        (b'{"question": 1}', 422, "question: Input should be a valid string"),
        (b'{"question": "a", "k": 0}', 422, "k: Input should be greater than or equal to 1"),
        (b'{"question": "a", "k": 51}', 422, "k: Input should be less than or equal to 50"),
        (b'{"question": "a", "other": 1}', 422, "other: Extra inputs are not permitted"),
        (b'{"question": "a", "history": [{"role": "system", "text": ""}]}', 422, "history.0.role: Input should be"),
        (b'{"question": "a", "documents": ["nowhere*"]}', 404, "no document matches"),
        (b'{"question": "fail on swordfish"}', 500, "the answer failed; the server's log says where"),
    ],
)
def test_what_is_wrong_with_a_request_is_one_sentence(client, body, status, said):
    """A wrong request gets one sentence that says what is wrong and repeats nothing of the request."""
    refused = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == status
    assert list(refused.json()) == ["error"]
    assert said in refused.json()["error"]
    assert "swordfish" not in refused.text


@pytest.mark.slow
def test_naughty_strings_are_answered(client):
    """Every text gets an answer object of the contract, a lone surrogate gets 422, and nothing gets a 5xx."""
    strings = ["", "\0", "\ud83d", "\u202eabc", "x" * 19_000, "<script>alert(1)</script>", "${7*7}", "' OR 1=1 --"]
    naughty = SHARED / "robustness" / "blns" / "blns.json"
    if naughty.is_file():
        strings += json.loads(naughty.read_text("utf-8"))
    for text in strings:
        if not text.startswith("fail"):
            body = json.dumps({"question": text, "history": [{"role": "user", "text": text}]}).encode()
            answered = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
            assert answered.status_code == (422 if "\ud83d" in text else 200), ascii(text)
            assert answered.status_code == 422 or AnswerObject.model_validate(answered.json())


@pytest.mark.slow
def test_who_asks_too_often_is_told_when_to_go_on(fake):
    """A program that asks too often gets 429 with a time to wait."""
    client = TestClient(create_app(fake, per_minute=2), base_url=HERE)
    answers = [client.post("/api/ask", json={"question": ADOPTED}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 1 <= int(answers[1].headers["retry-after"]) <= 30


def test_openapi_describes_what_there_is(client):
    """OpenAPI describes the routes for programs, no others, and every status that an answer can have."""
    described = client.get("/api/openapi.json").json()
    assert sorted(described["paths"]) == ["/api/ask", "/health", "/metrics"]
    answers = described["paths"]["/api/ask"]["post"]["responses"]
    assert sorted(answers) == ["200", "401", "404", "422", "429", "500", "503"]
    assert answers["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/AnswerObject"}


@pytest.mark.slow
def test_health_says_whether_questions_can_be_answered(client):
    """Health is ok while the index can be read, and 503 when it cannot."""
    assert (client.get("/health").status_code, client.get("/health").json()) == (200, {"status": "ok"})

    class Broken(FakeBot):
        broken = False

        def document_ids(self):
            if self.broken:
                raise OSError("the disk has gone")
            return super().document_ids()

    bot = Broken([statement()])
    broken = TestClient(create_app(bot), base_url=HERE)
    bot.broken = True
    assert (broken.get("/health").status_code, broken.get("/health").json()) == (503, {"status": "failing"})


def test_metrics_count_and_tell_no_words(client):
    """Metrics count questions by outcome, time answers and give the age of the index, without a word of a question."""
    client.post("/api/ask", json={"question": f"{ADOPTED} swordfish"})
    client.post("/api/ask", json={"question": "fail on swordfish"})
    shown = client.get("/metrics")
    assert shown.headers["content-type"].startswith("text/plain")
    values = dict(re.findall(r"^([a-z_]+(?:\{[^}]*\})?) ([\d.e+-]+)$", shown.text, re.MULTILINE))
    assert float(values['qa_questions_total{interface="api",outcome="found"}']) >= 1
    assert float(values['qa_questions_total{interface="api",outcome="failed"}']) >= 1
    assert float(values['qa_answer_seconds_count{interface="api"}']) >= 2
    assert 7_200 <= float(values["qa_index_age_seconds"]) < 7_300
    assert float(values["qa_index_documents"]) == 1
    assert "swordfish" not in shown.text
    assert "adopted" not in shown.text
