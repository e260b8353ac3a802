"""Where the tool keeps what it sets up, and the locks between its processes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.say import Stop, note

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

FINISHED = ".finished"
"""A folder without this file is the rest of an interrupted set-up."""


def cache() -> Path:
    """Return the cache folder, made if missing."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base).absolute() / "customer_retention"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(
            f"The cache folder {path} cannot be made ({error.strerror}): "
            "name another one with XDG_CACHE_HOME."
        ) from None
    return path


def own_cache() -> Path:
    """Return the part of the cache that belongs to this checkout alone."""
    path = cache() / "checkouts" / digest(str(ROOT))
    path.mkdir(parents=True, exist_ok=True)
    return path


def digest(*parts: str | bytes) -> str:
    """Return a short key of the parts."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(b"%d:" % len(data))
        found.update(data)
    return found.hexdigest()[:12]


def need_space(gigabytes: float, what: str) -> None:
    """Raise `Stop` where the cache's disk has no room for `what`."""
    free = shutil.disk_usage(cache()).free / 1e9
    if free < gigabytes:
        raise Stop(
            f"{what} needs {gigabytes:g} GB, and {cache()} has {free:.1f} GB free: "
            "make room there, or name another place with XDG_CACHE_HOME."
        )


@contextmanager
def lock(name: str, *, waiting: str = "", busy: str = "") -> Iterator[None]:
    """Hold the lock `name` of this machine.

    Where another process holds it, say `waiting` and wait; or raise `Stop` with `busy`.
    """
    folder = cache() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if busy:
                raise Stop(busy) from None
            if waiting:
                note(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def once(target: Path, make: Callable[[Path], None]) -> Path:
    """Return folder `target`; where it is not finished, let `make` fill it under a lock.

    `make` gets a temporary folder beside the target, which is renamed at the end: nobody
    ever sees half a set-up, and the rest of an interrupted one is removed by the next.
    """
    if (target / FINISHED).exists():
        return target
    with lock(target.name, waiting="Another start is setting this up; waiting for it."):
        if (target / FINISHED).exists():
            return target
        half = target.with_name(f"{target.name}.half")
        for rest in (half, target):
            shutil.rmtree(rest, ignore_errors=True)
        half.mkdir(parents=True)
        try:
            make(half)
        except OSError as error:
            raise Stop(f"{target} could not be made: {error}.") from error
        (half / FINISHED).touch()
        half.rename(target)
    return target
