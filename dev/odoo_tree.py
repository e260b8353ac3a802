"""The source of Odoo 19: the user's own, or Debian's package unpacked into the cache."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from dev import apt, node
from dev.cache import FINISHED, cache, digest, lock, need_space
from dev.say import Progress, Stop, note, step

SERIES = "19.0"
PACKAGES = Path("usr/lib/python3/dist-packages")
STRIPPED = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class Tree:
    """An Odoo source: where Python finds it, and where its addons are."""

    python_path: Path
    addons_paths: tuple[Path, ...]

    @property
    def key(self) -> str:
        """What databases made by this source are keyed with."""
        release = self.python_path / "odoo" / "release.py"
        return digest(str(self.python_path), release.read_bytes())

    def manifest(self, addon: str) -> Path | None:
        """Return the manifest of one of Odoo's own addons."""
        for folder in (*self.addons_paths, self.python_path / "odoo" / "addons"):
            path = folder / addon / "__manifest__.py"
            if path.is_file():
                return path
        return None


def find() -> Tree:
    """Return the Odoo to use, set up first where it is missing."""
    own = os.environ.get("ODOO_PATH")
    return _own(Path(own).expanduser().absolute()) if own else _debian()


def _own(path: Path) -> Tree:
    for root in (path, path / PACKAGES):
        release = root / "odoo" / "release.py"
        if release.is_file():
            break
    else:
        raise Stop(f"ODOO_PATH={path} holds no Odoo: it must name the folder with odoo-bin in it.")
    found = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M)
    version = f"{found[1]}.{found[2]}" if found else "an unknown version"
    if version != SERIES:
        raise Stop(f"ODOO_PATH={path} holds Odoo {version}, and this addon needs {SERIES}.")
    return _tree(root)


def _tree(root: Path) -> Tree:
    folders = (root / "addons", root / "odoo" / "addons")
    return Tree(root, tuple(f for f in folders if (f / "web" / "__manifest__.py").is_file()))


def _finished() -> Path | None:
    """Return the newest complete tree of the cache."""
    done = [p.parent for p in (cache() / "odoo").glob(f"{SERIES}*/{FINISHED}")]
    return max(done, key=lambda p: (p / FINISHED).stat().st_mtime, default=None)


def _debian() -> Tree:
    found = _finished()
    if not found:
        with lock("odoo", waiting="Another start is setting up Odoo; waiting for it."):
            found = _finished() or _make()
    return _tree(found / PACKAGES)


def _make() -> Path:
    """Fetch Odoo from Debian's suite sid and unpack it with the fonts it links to."""
    need_space(4, "Odoo")
    work = cache() / "odoo" / "half"
    shutil.rmtree(work, ignore_errors=True)
    step("Odoo 19 is not set up yet; this is done once and takes a few minutes")
    step("Reading Debian's list of packages")
    suite = apt.Suite("sid", work / "apt")
    suite.update()
    shown = suite.show("odoo-19")
    wanted = re.findall(r"\b(fonts-[\w-]+|libjs-[\w-]+)", re.sub(r"\|[^,]*", "", shown["Depends"]))
    files = suite.download(["odoo-19", *wanted], "Fetching Odoo from Debian")
    tree = work / "tree"
    with Progress("Unpacking Odoo", len(files)) as bar:
        for count, file in enumerate(files):
            bar.update(count, file.name.partition("_")[0])
            apt.unpack(file, tree)
    _restore_stripped(tree / PACKAGES / STRIPPED)
    (tree / FINISHED).touch()
    target = cache() / "odoo" / re.sub(r"[^\w.+-]", "_", shown["Version"])
    shutil.rmtree(target, ignore_errors=True)
    tree.rename(target)
    shutil.rmtree(work)
    return target


def _restore_stripped(path: Path) -> None:
    """Put back the file Debian leaves out: without it every page logs an error."""
    if path.exists():
        return
    source = node.modules() / "@mediapipe" / "selfie_segmentation" / path.name
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    note("put back selfie_segmentation.js, which Debian leaves out")
