"""The container: its file and compose.yaml checked, and their steps run as far as a machine without Docker allows."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from conftest import DOCUMENTS, ROOT
from server_process import free_port, wait_for

STEPS = [
    shlex.split(line)
    for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]


def steps(instruction):
    return [words[1:] for words in STEPS if words[0] == instruction]


def copied():
    """Return the files and folders of the project that the image gets."""
    return [source for words in steps("COPY") if "--from=build" not in words for source in words[:-1]]


@pytest.mark.parametrize("service", SERVICES)
def test_services_may_do_little(service):
    """Nobody is root, the file system and the documents are read-only, and the chat is open to this machine only."""
    ((user,),) = steps("USER")
    assert user.isdecimal()
    assert int(user) > 0
    about = SERVICES[service]
    assert about["read_only"] is True
    assert about["cap_drop"] == ["ALL"]
    assert about["security_opt"] == ["no-new-privileges:true"]
    documents, *kept = (volume.split(":") for volume in about["volumes"])
    assert documents[-2:] == ["/documents", "ro"]
    assert {name for name, _ in kept} == set(COMPOSE["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in about.get("ports", ()))


def test_what_is_copied_is_there_and_not_ignored():
    """Every file that a step copies is in the project, and .dockerignore lets it in."""
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied()
    assert all((ROOT / source).exists() and source in let_in for source in copied())


@pytest.mark.skipif(os.name != "posix", reason="the steps are those of a POSIX system")
@pytest.mark.slow
def test_the_steps_install_index_and_serve():
    """The package built of what is copied indexes and serves as a user that may write only where the volumes are."""
    root = Path(tempfile.mkdtemp(prefix="container-"))
    try:
        (root / "build").mkdir()
        for source in copied():
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
            copy(ROOT / source, root / "build" / source)
        install = next(words for words in steps("RUN") if ".[web]" in words)[1:]
        command = [sys.executable, "-m", "pip", *install, "--no-deps", "--target", str(root / "opt"), "--quiet"]
        built = subprocess.run(command, cwd=root / "build", capture_output=True, text=True, check=False)
        if "No matching distribution found for hatchling" in built.stderr:
            pytest.skip("pip finds no hatchling to build with")
        assert built.returncode == 0, built.stderr
        _serve(root)
    finally:
        shutil.rmtree(root)


def _serve(root):
    """Run the commands of compose.yaml with the folders of ``root`` in place of the container's."""
    port = str(free_port())
    shutil.copytree(DOCUMENTS, root / "documents")
    user = _another_user()
    for name in ("index", "accounts", "tmp"):
        (root / name).mkdir()
        if user:
            os.chown(root / name, user, user)
    root.chmod(0o755)
    (root / "opt" / "bin" / "qa").chmod(0o755)

    before = _files(root)

    def here(text):
        return re.sub(r"(?<![\w.])/(documents|index|accounts|tmp)\b", rf"{root}/\1", text).replace(
            "0.0.0.0", "127.0.0.1"
        )

    settings = dict(word.split("=", 1) for words in steps("ENV") for word in words)
    environment = {name: here(value) for name, value in settings.items() if name not in ("PATH", "PIP_NO_CACHE_DIR")}
    environment |= {
        "PATH": f"{root}/opt/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(root / "opt"),
        "TMPDIR": f"{root}/tmp",
    }
    options = {
        "cwd": root / "documents",
        "env": environment,
        "user": user,
        "group": user,
        "extra_groups": [] if user else None,
    }

    def run(command, **more):
        return subprocess.run([here(word) for word in command], check=True, **options, **more)

    run([word.replace("$$", "$") for word in SERVICES["index"]["entrypoint"]])
    run(["qa", "password", "ada", "--auth", "/accounts/users"], input=b"a long and odd password\n")
    command = [here(word) for word in ("qa", *SERVICES["chat"]["command"], "--port", port)]
    server = subprocess.Popen(command, **options)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", 120)
        healthy = next(words for words in STEPS if words[0] == "HEALTHCHECK")
        exposed = steps("EXPOSE")[0][0]
        assert f"'http://127.0.0.1:{exposed}/health'" in healthy[-1]
        assert SERVICES["chat"]["ports"] == [f"127.0.0.1:{exposed}:{exposed}"]
    finally:
        server.terminate()
        server.wait(60)
    assert _files(root) == before


def _another_user():
    """Return the image's user if this one may become it, and that one may run this Python; else None."""
    if os.getuid() != 0:
        return None
    user = int(steps("USER")[0][0])
    with contextlib.suppress(PermissionError):
        subprocess.run([sys.executable, "-c", ""], user=user, check=True, cwd="/")
        return user
    return None


def _files(root):
    """Return the files outside the folders that may be written to."""
    return {path for name in ("build", "documents", "opt") for path in (root / name).rglob("*")}
