"""What the tool says: steps, progress, and problems in one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn


class Stop(Exception):
    """A problem the user can solve; its text says what is missing and what to do."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 line", "1,200 lines"."""
    return f"{number:,} {noun}{'s' * (abs(number) != 1)}"


def step(text: str) -> None:
    """Say what is being done."""
    print(f"→ {text}", flush=True)


def note(text: str) -> None:
    """Say something beside the steps."""
    print(f"  {text}", flush=True)


class Progress:
    """A bar on a terminal; in a log, a line at every tenth.

    `total` 0 means unknown: only the elapsed time is shown.
    """

    WIDTH = 30

    def __init__(self, label: str, total: float = 0) -> None:
        self.label, self.total = label, total
        self.start = time.monotonic()
        self.terminal = sys.stdout.isatty()
        self.drawn = 0.0
        self.tenth = 0

    def __enter__(self) -> Progress:
        if not self.terminal:
            step(f"{self.label} …")
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        seconds = time.monotonic() - self.start
        if self.terminal:
            print(end="\r\x1b[K")
        if kind is None:
            step(
                f"{self.label}: done in {seconds:.0f} s"
                if self.terminal
                else f"  … {seconds:.0f} s"
            )

    def update(self, done: float, what: str = "") -> None:
        """Show how far the step is, at most ten times a second."""
        share = min(done / self.total, 1.0) if self.total else 0.0
        if self.terminal:
            now = time.monotonic()
            if now - self.drawn < 0.1:
                return
            self.drawn = now
            print(end=f"\r\x1b[K{self._line(share, what)}", flush=True)
        elif self.total and int(share * 10) > self.tenth:
            self.tenth = int(share * 10)
            note(f"{self.tenth * 10:3d} % {what}".rstrip())

    def _line(self, share: float, what: str) -> str:
        seconds = f"{time.monotonic() - self.start:.0f} s"
        if not self.total:
            return f"→ {self.label} … {seconds} {what}"
        bar = ("█" * round(share * self.WIDTH)).ljust(self.WIDTH, "·")
        return f"→ {self.label} {bar} {share:4.0%} {seconds} {what}"


def follow(
    command: Sequence[str | os.PathLike[str]],
    log: Path,
    each: Callable[[str], None],
    **options: object,
) -> int:
    """Run `command`, write its output to `log`, hand every line to `each`; return its code."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8", errors="replace") as record,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **options,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            for line in process.stdout:
                record.write(line)
                each(line.rstrip("\n"))
        except BaseException:
            process.terminate()
            raise
    return process.returncode


@contextmanager
def interrupts_left() -> Iterator[None]:
    """Leave Ctrl-C to the programs that share our terminal.

    A handler, not SIG_IGN: programs started meanwhile would inherit that.
    """
    before = signal.signal(signal.SIGINT, lambda *_args: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _terminated(*_args: object) -> NoReturn:
    raise KeyboardInterrupt


def run(main: Callable[[], int | None]) -> NoReturn:
    """Call `main` and exit with its code; a `Stop` is one line, Ctrl-C is quiet."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminated)
    try:
        sys.exit(main() or 0)
    except Stop as problem:
        print(f"✗ {problem}", file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
