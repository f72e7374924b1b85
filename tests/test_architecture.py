"""The house's rules, held over the syntax trees."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter

import pytest
from conftest import ROOT

PACKAGE = ROOT / "qa"
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


FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path):
    """Return a file's dotted name below the package: ``web.views.render``, empty for the package itself."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


MODULES = {name_of(path) for path in FILES}


def room_of(name):
    """Return the room of a module: the first part of its name."""
    return name.split(".")[0]


def imports(path):
    """Yield every module that a file imports, wherever in it; of ours with the longest name that is a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            module = node.module or ""
            for alias in node.names:
                longer = f"{module}.{alias.name}"
                ours = longer.startswith("qa.") and longer.removeprefix("qa.") in MODULES
                yield longer if ours else module


def own_imports(path):
    """Yield the modules of the package that a file imports, by their names below it."""
    for name in imports(path):
        if name == "qa" or name.startswith("qa."):
            yield name.removeprefix("qa").lstrip(".")


def is_within(name, allowed):
    """Say whether a module is one of ``allowed`` or lies in one."""
    return any(name == room or name.startswith(f"{room}.") for room in allowed if room) or (not name and "" in allowed)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    """A room imports only from itself and from the rooms before it."""
    room = room_of(name_of(path))
    for name in own_imports(path):
        assert room_of(name) == room or is_within(name, MAY_IMPORT[room]), f"{name_of(path)} imports {name}"


@pytest.mark.parametrize("room", sorted({room_of(name) for name in MODULES} - {""}))
def test_no_imports_in_a_circle(room):
    """Within a room no module imports, by whatever way, itself."""
    graph = {
        name_of(path): {name for name in own_imports(path) if room_of(name) == room}
        for path in FILES
        if room_of(name_of(path)) == room
    }
    assert not list(circles(graph))


def circles(graph):
    """Yield the circles of a graph of imports, each as the path that leads back to its beginning."""
    done = set()

    def visit(name, path):
        if name in path:
            yield [*path[path.index(name) :], name]
        elif name not in done:
            for other in sorted(graph.get(name, ())):
                yield from visit(other, [*path, name])
            done.add(name)

    for name in sorted(graph):
        yield from visit(name, [])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_at_home(path):
    """Faiss lives in dense, torch in the encoder, gradio in the web chat, and so on."""
    for name in imports(path):
        home = AT_HOME.get(name.split(".")[0])
        assert home is None or is_within(name_of(path), home), f"{path} imports {name}"


def test_no_module_is_too_long():
    """No module above 400 lines."""
    assert {path: n for path in FILES if (n := len(path.read_text("utf-8").splitlines())) > MOST_LINES} == {}


def test_no_folder_is_too_full():
    """No folder above about a dozen modules."""
    counted = Counter(path.parent for path in FILES if path.name != "__init__.py")
    assert {folder: n for folder, n in counted.items() if n > MOST_MODULES} == {}


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
