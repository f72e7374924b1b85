"""The house's rules, held over the syntax trees."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

PACKAGE = ROOT / "qa"
LEAVES = {"types", "errors", "disk", "processes"}
ADAPTERS = {
    "readers",
    "segmenter",
    "encoder",
    "dense",
    "lexical",
    "late_interaction",
    "sentence_vectors",
    "confidence",
    "store",
    "generations",
    "language",
}
MAY_IMPORT = {
    "types": set(),
    "errors": set(),
    "disk": set(),
    "processes": set(),
    "protocols": {"types"},
    "analyser": set(),
    **dict.fromkeys(ADAPTERS, LEAVES | {"protocols", "analyser"}),
    "citation": {"types"},
    "risk": set(),
    "evaluation": LEAVES | {"risk"},
    "report": {"evaluation"},
    "plot": LEAVES | {"evaluation", "risk"},
    "measuring": LEAVES | {"bot", "confidence", "evaluation", "index", "plot", "protocols", "report"},
    "added": {"errors", "disk"},
    "sources": LEAVES | {"protocols", "readers"},
    "vectors": LEAVES | {"protocols"} | ADAPTERS,
    "index": LEAVES | {"protocols", "analyser", "added", "sources", "vectors"} | ADAPTERS,
    "countries": set(),
    "named": {"analyser", "countries", "types"},
    "steering": {"countries", "named"},
    "premises": LEAVES | {"countries", "named"},
    "held": {"analyser", "countries", "named"},
    "asked_for": LEAVES | {"held"},
    "query": LEAVES | {"protocols", "analyser", "index", "steering"},
    "scoring": LEAVES | {"protocols", "analyser", "index", "query", "steering"} | ADAPTERS,
    "explanation": LEAVES | {"protocols", "index", "query", "scoring"},
    "conversation": LEAVES | {"protocols", "analyser", "index", "lexical", "query", "scoring"},
    "retriever": LEAVES
    | {"protocols", "analyser", "index", "query", "scoring", "steering", "conversation", "explanation", "premises"}
    | {"asked_for"}
    | ADAPTERS,
    "files": LEAVES,
    "pages": LEAVES | {"readers"},
    "spelling": {"analyser", "lexical"},
    "suggestions": set(),
    "bot": LEAVES
    | {"protocols", "citation", "confidence", "files", "index", "language", "retriever", "spelling"}
    | {"added", "suggestions"},
    "catalogue": {"types"},
    "live": LEAVES | {"protocols", "bot", "catalogue", "generations"},
    "updating": LEAVES | {"protocols", "live"},
    "update_process": LEAVES | {"protocols", "index"},
    "corpus": LEAVES | {"added", "catalogue", "live", "update_process", "updating"},
    "watching": {"errors"},
    "terminal": LEAVES | {"quoting"},
    "schema": {"types"},
    "mcp": LEAVES | {"", "protocols", "schema"},
    "keeping": set(),
    "folding": {"types"},
    "quoting": {"types"},
    "conversations": {"types", "keeping"},
    "feedback": LEAVES | {"keeping"},
    "options": set(),
    "serving": LEAVES
    | {"bot", "corpus", "feedback", "index", "live", "mcp", "options", "terminal", "updating", "watching", "web"},
    "web": LEAVES
    | {"", "protocols", "schema", "conversations", "feedback", "folding", "pages", "quoting"}
    | {"added", "catalogue", "corpus", "updating"},
    "cli": LEAVES | {"", "protocols", "bot", "encoder", "index", "measuring", "options", "serving", "terminal"},
    "__main__": {"cli"},
    "": LEAVES | {"bot", "index"},
}
AT_HOME = {
    "faiss": {"dense"},
    "torch": {"encoder"},
    "sentence_transformers": {"encoder"},
    "transformers": {"encoder"},
    "gradio": {"web"},
    "fastapi": {"web"},
    "argon2": {"web"},
    "prometheus_client": {"web"},
    "docx": {"web"},
    "mcp": {"mcp"},
    "pydantic": {"mcp", "schema"},
    "nupunkt": {"segmenter"},
    "markdown_it": {"readers"},
    "pypdfium2": {"readers"},
    "PIL": {"readers"},
    "iso3166": {"readers"},
    "lxml": {"readers"},
    "selectolax": {"readers"},
    "striprtf": {"readers"},
    "charset_normalizer": {"readers"},
    "Stemmer": {"analyser"},
    "rapidfuzz": {"spelling"},
    "py3langid": {"language"},
    "text_to_num": {"named"},
    "countryinfo": {"countries"},
    "ir_measures": {"evaluation"},
    "matplotlib": {"plot"},
    "watchfiles": {"watching"},
}


def module_of(path):
    """Return a file's place in the house: the first name below the package."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports(path):
    """Yield every module a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            if node.module == "qa":
                yield from (
                    f"qa.{alias.name}" if (PACKAGE / f"{alias.name}.py").exists() else "qa" for alias in node.names
                )
            else:
                yield node.module or ""


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    """A module imports only what stands before it, and no adapter another adapter."""
    module = module_of(path)
    for name in imports(path):
        if name.split(".")[0] == "qa":
            target = [*name.split("."), ""][1]
            assert target == module or target in MAY_IMPORT[module], f"{module} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_at_home(path):
    """Faiss lives in dense, torch in the encoder, gradio in the web chat, and so on."""
    for name in imports(path):
        home = AT_HOME.get(name.split(".")[0])
        assert home is None or module_of(path) in home, f"{path} imports {name}"


def test_no_module_is_too_long():
    """No module above 400 lines."""
    assert {path.name: n for path in FILES if (n := len(path.read_text("utf-8").splitlines())) > 400} == {}


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
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {"pages", "readers", "web"}
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
