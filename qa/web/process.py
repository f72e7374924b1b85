"""What the server's process needs: its socket, its temporary folder, its signals, and the environment for Gradio."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import shutil
import signal
import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qa.errors import ServerError
from qa.index.locks import lock

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER: Final = "chapter-verse-"
_LOCK: Final = "server.lock"

_SET: Final = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
}
_CLEARED: Final = (
    "GRADIO_ALLOWED_PATHS",
    "GRADIO_DEBUG",
    "GRADIO_HISTORY_BUCKET",
    "GRADIO_LOCAL_DEV_MODE",
    "GRADIO_MCP_SERVER",
    "GRADIO_PROFILING",
    "GRADIO_SERVER_NAME",
    "GRADIO_SERVER_PORT",
    "GRADIO_SHARE",
    "GRADIO_SSR_MODE",
    "GRADIO_VIBE_MODE",
    "GRADIO_WATCH_DIRS",
)


def prepare_gradio() -> None:
    """Set the environment that Gradio reads when it is imported: it must send, save and share nothing by itself.

    Variables that would let it do so are removed.
    """
    os.environ.update(_SET)
    for name in _CLEARED:
        os.environ.pop(name, None)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address. Of names, only ``localhost`` counts."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address; raises ``ServerError`` if the address cannot be used."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # asyncio sends small answers at once (TCP_NODELAY) only if the socket names its protocol
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except (OSError, OverflowError) as error:
        raise ServerError(f"cannot serve at {host}, port {port}: {error}") from error
    try:
        if os.name == "posix":  # elsewhere it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise ServerError(
                f"port {port} on {host} is in use; stop the other program or choose another port with --port"
            ) from error
        raise ServerError(
            f"cannot serve at {host}, port {port}: {error}; choose another with --host or --port"
        ) from error
    return listener


def name_in_address(host: str) -> str:
    """Return a host as it stands in an address: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def private_folder() -> Iterator[None]:
    """Give Gradio a temporary folder that nobody else can read, and remove it at the end.

    The folders of servers that were killed are removed first: their locks ended with their processes.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        _remove_if_unused(folder)
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
    held = (folder / _LOCK).open("wb")
    lock(held)
    before = os.environ.get("GRADIO_TEMP_DIR")
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    try:
        yield
    finally:
        held.close()
        if before is None:
            os.environ.pop("GRADIO_TEMP_DIR", None)
        else:
            os.environ["GRADIO_TEMP_DIR"] = before
        shutil.rmtree(folder, ignore_errors=True)


def _remove_if_unused(folder: Path) -> None:
    """Remove a temporary folder of ours that no running server has locked."""
    try:
        if folder.is_symlink() or (os.name == "posix" and folder.stat().st_uid != os.getuid()):
            return
        with (folder / _LOCK).open("rb") as held:
            lock(held, wait=False)
    except BlockingIOError:
        return  # its server is running
    except FileNotFoundError:
        pass  # it was killed before it had a lock, or the folder no longer exists
    except OSError:
        return  # it is no folder of ours
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def stop_on_signals() -> Iterator[None]:
    """Make Ctrl-C and SIGTERM an orderly end.

    uvicorn stops on them, then raises them again. Before it runs, they end what is being prepared.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
