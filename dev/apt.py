"""Debian packages without installing them: fetched by apt, unpacked into the cache.

Nothing here needs root or changes the machine: apt gets sources, lists and a cache of its
own. The archive's address is the one the machine itself is configured with.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from dev.cache import cache
from dev.say import Progress, Stop, note, step

OWN = "name your own Odoo 19 checkout with ODOO_PATH=/path/to/odoo"
KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")
ENV = os.environ | {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


def _run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=ENV,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def available() -> bool:
    """Tell whether this machine has apt and dpkg."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def archives() -> list[str]:
    """Return the Debian archives the machine is configured with, the most likely first."""
    if not available():
        raise Stop(f"This machine has no apt to fetch Odoo with: {OWN}.")
    listed = _run(
        "apt-get", "indextargets", "--format", "$(REPO_URI)|$(ORIGIN)|$(RELEASE)",
        "Identifier: Packages",
    )  # fmt: skip
    found: dict[str, int] = {}
    for line in listed.stdout.splitlines():
        uri, origin, release = line.split("|")
        # Before the first update the origin is unknown. Extra suites live elsewhere.
        doubt = 2 * (origin != "Debian") + ("-" in release)
        found[uri] = min(doubt, found.get(uri, doubt))
    if not found:
        raise Stop(f"apt on this machine knows no archive (/etc/apt): add Debian's, or {OWN}.")
    return sorted(found, key=lambda uri: found[uri])


def _signed_by() -> str:
    """Return the option that names Debian's keyring, where the machine has one apart."""
    for name in KEYRINGS:
        path = Path("/usr/share/keyrings") / name
        if path.exists():
            return f"[signed-by={path}] "
    return ""


class Suite:
    """One suite of the machine's Debian archive, beside the machine's own apt."""

    def __init__(self, suite: str, folder: Path) -> None:
        self.suite = suite
        self.folder = folder
        self.sources = folder / "sources.list"
        for name in ("lists/partial", "archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()

    def options(self) -> list[str]:
        """Return the options that keep apt away from the machine's own state."""
        options = {
            "Dir::Etc::SourceList": self.sources,
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder,
            "APT::Get::List-Cleanup": "0",
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
        }
        return [part for name, value in options.items() for part in ("-o", f"{name}={value}")]

    def update(self) -> None:
        """Fetch the list of packages from the first archive that has the suite."""
        complaints = []
        for uri in archives():
            self.sources.write_text(f"deb {_signed_by()}{uri} {self.suite} main\n")
            done = _run("apt-get", *self.options(), "-q", "update", "--error-on=any")
            if done.returncode == 0:
                return
            complaints += [line for line in done.stderr.splitlines() if line.startswith("E:")]
        reason = complaints[0][3:] if complaints else "no answer"
        raise Stop(
            f"Debian's archive could not be read ({reason}): check the network and start again, "
            f"or {OWN}."
        )

    def show(self, package: str) -> dict[str, str]:
        """Return the fields of the newest version of a package."""
        shown = _run("apt-cache", *self.options(), "show", "--no-all-versions", package)
        fields = dict(re.findall(r"^([\w-]+): (.*)$", shown.stdout, re.M))
        if not fields:
            raise Stop(f"Debian's suite {self.suite} has no package {package} any more: {OWN}.")
        return fields

    def download(self, packages: list[str], label: str) -> list[Path]:
        """Fetch packages and return their files."""
        folder = self.folder / "debs"
        folder.mkdir(exist_ok=True)
        total = sum(int(self.show(package)["Size"]) for package in packages)
        command = ["apt-get", *self.options(), "-q", "download", *packages]
        with Progress(f"{label} ({total / 1e6:.0f} MB)", total) as bar:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=ENV,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            try:
                while True:
                    try:
                        _out, err = process.communicate(timeout=0.5)
                        break
                    except subprocess.TimeoutExpired:
                        bar.update(_size(folder))
            except BaseException:
                process.terminate()
                raise
            if process.returncode:
                reason = next((x for x in err.splitlines() if x.startswith("E:")), err)[3:]
                raise Stop(f"A download from Debian failed ({reason.strip()}): start again.")
        return sorted(folder.glob("*.deb"))


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # renamed by apt meanwhile
            continue
    return total


def unpack(package: Path, tree: Path) -> None:
    """Unpack a package's files into a folder."""
    tree.mkdir(parents=True, exist_ok=True)
    done = _run("dpkg-deb", "-x", package, tree)
    if done.returncode:
        raise Stop(f"{package.name} could not be unpacked ({done.stderr.strip()}): start again.")


def unpack_own(package: str, folder: Path, tree: Path) -> None:
    """Unpack one package of the machine's own suite, without installing it."""
    if not available():
        raise Stop("This Python has no pip, and there is no apt to fetch it with: install pip.")
    step(f"Fetching {package}, since this Python comes without pip")
    done = _run("apt-get", "-q", "download", package, cwd=folder)
    if done.returncode:
        # The machine's own lists may be missing or old, and only root may renew them.
        suite = Suite(_codename(), folder / "apt")
        suite.update()
        files = suite.download([package], package)
    else:
        files = sorted(folder.glob("*.deb"))
    unpack(files[0], tree)


def _codename() -> str:
    text = Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(\w+)$", text, re.M)
    return found[1] if found else "stable"


def install(packages: list[str], purpose: str) -> bool:
    """Install packages on the machine where that is allowed; tell whether it was done."""
    if os.geteuid() or not available():
        return False
    step(f"Installing {purpose} ({', '.join(packages)})")
    command = ["apt-get", "install", "-qy", "--no-install-recommends", *packages]
    done = _run(*command)
    if done.returncode:
        note("Renewing apt's lists first")
        _run("apt-get", "-q", "update")
        done = _run(*command)
    if done.returncode:
        log = cache() / "logs" / "apt.log"
        log.parent.mkdir(exist_ok=True)
        log.write_text(done.stdout + done.stderr)
        note(f"not installed; {log} says why")
    return done.returncode == 0
