"""The rules of the package's structure, checked over the syntax trees."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

from benchmarks.structure import (
    FILES,
    MODULES,
    PACKAGE,
    circles,
    classes,
    graph_of,
    implementations,
    imports,
    lines_of,
    modules_by_folder,
    name_of,
    own_imports,
    room_of,
)

FOUNDATION = {"types", "errors", "protocols", "files", "serialisation"}
INDEX = FOUNDATION | {"languages", "ingestion", "encoding", "reading", "index"}
ANSWERING = INDEX | {"retrieval", "answering"}
MAY_IMPORT = {
    "types": set(),
    "errors": set(),
    "files": {"errors"},
    "serialisation": {"types"},
    "protocols": {"types"},
    "languages": FOUNDATION,
    "ingestion": FOUNDATION | {"languages"},
    "encoding": FOUNDATION | {"languages"},
    "reading": FOUNDATION | {"languages", "encoding"},
    "index": INDEX,
    "retrieval": INDEX | {"retrieval"},
    "answering": ANSWERING,
    "viewer": FOUNDATION | {"ingestion.sandbox", "ingestion.readers.pdf", "ingestion.readers.common"},
    "service": ANSWERING | {"viewer", "service"},
    "schema": {"types"},
    "": ANSWERING,
    "mcp": ANSWERING | {"", "schema"},
    "evaluation": ANSWERING,
    "web": ANSWERING | {"", "service", "viewer", "schema"},
    "cli": ANSWERING | {"", "service", "web", "mcp", "evaluation"},
    "__main__": {"cli"},
}
"""The rooms, in the order in which data passes through them, and what each may import besides itself."""
WEB_LAYERS = (
    {"web.i18n", "web.assets", "web.process", "web.routing", "web.metrics", "web.security", "web.saved_conversations"},
    {"web.views"},
    {"web.chat", "web.export"},
    {"web.routes"},
    {"web.page"},
    {"web.server", "web.warmup", "web.shutdown"},
)
"""The parts of the web chat, each of which may import those before it."""
MOST_LINES = 400
MOST_MODULES = 13
AT_HOME = {
    "faiss": {"index.local"},
    "torch": {"encoding", "reading"},
    "sentence_transformers": {"encoding"},
    "transformers": {"encoding", "reading"},
    "gradio": {"web"},
    "fastapi": {"web"},
    "argon2": {"web"},
    "prometheus_client": {"web"},
    "docx": {"web"},
    "jinja2": {"web"},
    "mcp": {"mcp"},
    "pydantic": {"mcp", "schema"},
    "nupunkt": {"ingestion.segmenter", "languages"},
    "markdown_it": {"ingestion.readers"},
    "pypdfium2": {"ingestion.readers", "viewer"},
    "PIL": {"viewer"},
    "iso3166": {"ingestion.readers.profiles"},
    "lxml": {"ingestion.readers"},
    "selectolax": {"ingestion.readers"},
    "striprtf": {"ingestion.readers"},
    "charset_normalizer": {"ingestion.readers"},
    "Stemmer": {"languages"},
    "rapidfuzz": {"answering.spelling"},
    "py3langid": {"languages"},
    "text_to_num": {"languages"},
    "countryinfo": {"languages"},
    "ir_measures": {"evaluation"},
    "matplotlib": {"evaluation"},
    "watchfiles": {"service.watcher"},
}


def is_within(name, allowed):
    """Say whether a module is one of ``allowed`` or lies in one."""
    return any(name == room or name.startswith(f"{room}.") for room in allowed if room) or (not name and "" in allowed)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    """A room imports only from itself and from the rooms before it."""
    room = room_of(name_of(path))
    for name in own_imports(path):
        assert room_of(name) == room or is_within(name, MAY_IMPORT[room]), f"{name_of(path)} imports {name}"


def test_imports_within_the_web_chat_run_one_way():
    """Every module of the web chat is in a layer, and imports only from its own and the layers below."""
    layers = {name: layer_of(name) for name in sorted(MODULES) if name.startswith("web.")}
    assert None not in layers.values(), layers
    for path in FILES:
        if (name := name_of(path)) in layers:
            for other in own_imports(path):
                assert layers.get(other, 0) <= layers[name], f"{name} imports {other}"


def layer_of(name):
    """Return the number of the layer of the web chat that a module is in, None if it is in none."""
    return next((number for number, layer in enumerate(WEB_LAYERS) if is_within(name, layer)), None)


@pytest.mark.parametrize("room", sorted({room_of(name) for name in MODULES} - {""}))
def test_no_imports_in_a_circle(room):
    """Within a room no module imports itself, directly or through others."""
    assert not list(circles(graph_of(room)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_at_home(path):
    """Faiss lives in dense, torch in the encoder, gradio in the web chat, and so on."""
    for name in imports(path):
        home = AT_HOME.get(name.split(".")[0])
        assert home is None or is_within(name_of(path), home), f"{path} imports {name}"


def test_no_module_is_too_long():
    """No module above 400 lines."""
    assert {path: n for path in FILES if (n := lines_of(path)) > MOST_LINES} == {}


def test_no_folder_is_too_full():
    """No folder above about a dozen modules."""
    assert {folder: n for folder, n in modules_by_folder().items() if n > MOST_MODULES} == {}


def test_one_word_has_one_meaning():
    """No two classes of the package have the same name."""
    assert [name for name, count in classes().items() if count > 1] == []


def test_every_protocol_has_a_contract_test():
    """A contract test runs over at least two implementations of each protocol."""
    found = implementations()
    assert {protocol for protocol, names in found.items() if len(names) < 2} == set()


@pytest.mark.parametrize(
    "code", ["import qa", "from qa.cli import main; main(['--help'])", "from qa.cli import main; main(['info'])"]
)
def test_light_commands_stay_light(code, tmp_path):
    """Importing the package, help and info load none of the heavy libraries."""
    script = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit: pass\nprint(','.join(sorted(sys.modules)), file=sys.stderr)"
    )
    environment = {"PATH": "", "QA_INDEX": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    loaded = set(done.stderr.strip().splitlines()[-1].split(","))
    assert "qa" in loaded
    heavy = {"torch", "gradio", "sentence_transformers", "transformers"} | (
        {"faiss", "numpy"} if "info" not in code else set()
    )
    assert not loaded & heavy


def test_the_public_names_are_these():
    """``__all__`` is exactly the public names, sorted, and each can be had."""
    import qa

    assert qa.__all__ == sorted(qa.__all__)
    assert all(getattr(qa, name) is not None for name in qa.__all__)
    public = {name for name in vars(qa) if not name.startswith("_")} - {"annotations", "TYPE_CHECKING", "Any"}
    modules = {room_of(name) for name in MODULES}
    assert public - modules <= set(qa.__all__)


def test_nothing_unpickles_or_evaluates():
    """No pickle, eval, exec, torch.load or numpy pickles anywhere in the package."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in {"eval", "exec", "torch.load", "pickle.load", "pickle.loads"}, path
                if called == "np.load":
                    assert "allow_pickle=False" in ast.unparse(node), path
