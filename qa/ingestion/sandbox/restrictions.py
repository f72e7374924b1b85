"""What a process that reads files may do: limits of the kernel first, and a hook of Python in addition.

Memory, processor time, open files and the size of written files (0) are limited on every system. On Linux the process
also gives up the network and every right to change the file system, if the kernel has namespaces and Landlock.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from typing import Any

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None  # type: ignore[assignment]

AVAILABLE = resource is not None
"""Whether this system can limit what a process takes. Where it cannot, no file is read by a child."""
MEMORY = 1 << 30
"""Address space of a child, in bytes."""
OPEN_FILES = 64
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_LANDLOCK_WRITES = 0x1FF2
"""All rights of version 1 of Landlock (Linux 5.13) except reading files (4) and folders (8) and executing (1)."""
_REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork", "pty.", "ftplib.", "urllib.")
_CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def enter(niceness: int = 10) -> None:
    """Give up every right that reading a file does not need. This cannot be undone.

    ``niceness`` is added to that of this process: the higher, the less processor time it gets beside others.
    """
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_NOFILE", OPEN_FILES)
    _limit("RLIMIT_CORE", 0)
    with suppress(OSError):
        os.nice(niceness)
    if sys.platform == "linux":
        _leave_network()
        _forbid_changes()
    sys.addaudithook(_hook)


def end_with_parent() -> None:
    """Have the kernel (Linux only) end this process together with the thread that started it."""
    if sys.platform == "linux":
        _library().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def allow_seconds(seconds: int) -> None:
    """Allow this process more processor time, in seconds from now, before the kernel ends it."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(usage.ru_utime + usage.ru_stime) + seconds + 1
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _limit(name: str, value: int) -> None:
    """Set a limit if the system has it; the limit may be lower already."""
    kind = getattr(resource, name, None)
    if kind is not None:
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def _library() -> Any:  # noqa: ANN401 - a handle of ctypes
    return ctypes.CDLL(None, use_errno=True)


def _leave_network() -> None:
    """Enter a new, empty network. Without the right to do so, only the hook guards the network."""
    library = _library()
    if library.unshare(_CLONE_NEWNET) != 0:
        library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _forbid_changes() -> None:
    """Give up every right to change the file system, if the kernel has Landlock."""
    library = _library()
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    rights = ctypes.c_uint64(_LANDLOCK_WRITES)
    rules = library.syscall(_LANDLOCK_CREATE, ctypes.byref(rights), ctypes.sizeof(rights), 0)
    if rules >= 0:
        library.syscall(_LANDLOCK_RESTRICT, rules, 0)
        os.close(rules)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse, as an audit hook, everything but reading files."""
    if event.startswith(_REFUSED) or event in _CHANGES:
        raise PermissionError(f"a reader may not do this: {event}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES:
        raise PermissionError(f"a reader may not write: {arguments[0]}")
