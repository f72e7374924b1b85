"""The tools of the Model Context Protocol."""

from __future__ import annotations

import pytest
from aside import aside
from browser.fake_bot import ADOPTED, statement


def test_the_tools_of_the_protocol(fake):
    """``ask``, ``search_passages`` and ``read_passage`` return an answer, passages and text; an error is a sentence."""
    mcp = pytest.importorskip("mcp", reason="the tools need the extra [mcp]")
    from qa.mcp import build

    async def use():
        async with mcp.Client(build(fake)) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert sorted(tools) == ["ask", "read_passage", "search_passages"]
            assert all(tool.annotations.read_only_hint and tool.description for tool in tools.values())
            answer = (await client.call_tool("ask", {"question": ADOPTED})).structured_content
            assert answer == fake.ask(ADOPTED).to_dict()
            found = (
                await client.call_tool("search_passages", {"query": "financing of terrorism", "k": 2})
            ).structured_content
            assert len(found["passages"]) == 2
            first = found["passages"][0]
            place = {key: first[key] for key in ("document", "start", "end")}
            passage = (await client.call_tool("read_passage", {**place, "around": 30})).structured_content
            assert passage["text"] == first["quote"]
            text = statement().text
            assert (
                passage["before"] + passage["text"] + passage["after"] == text[first["start"] - 30 : first["end"] + 30]
            )
            return [
                (await client.call_tool(name, arguments))
                for name, arguments in (
                    ("read_passage", {"document": "../../etc/passwd", "start": 0, "end": 9}),
                    ("read_passage", {**place, "end": 10**9}),
                    ("search_passages", {"query": "a", "documents": ["nowhere*"]}),
                    ("ask", {"question": "a", "k": 0}),
                    ("ask", {"question": "fail on swordfish"}),
                )
            ]

    refused = aside(use)
    said = [result.content[0].text for result in refused]
    assert all(result.is_error for result in refused)
    assert "the index holds no document '../../etc/passwd'" in said[0]
    assert f"has {len(statement().text)} characters" in said[1]
    assert "no document matches" in said[2]
    assert "greater than or equal to 1" in said[3]
    assert said[4] == "Error executing tool ask"
