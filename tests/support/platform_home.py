"""A platform of its own for a test, and its commands without the seconds that loading it takes.

One process loads the platform and forks for every command: what runs is the whole command, in a process that can be
killed. ``python platform_home.py`` is that process; it reads a JSON list of commands a line, each a list of words, runs
them side by side and answers with a line of their process ids, then with one of their exit codes and
seconds of work.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import migrated

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_STANDS_STILL = 60.0  # seconds on the wall


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended; a negative code is the signal that ended it."""

    code: int
    out: str
    err: str
    worked: float  # seconds on the processor, with those whom it started and waited for

    @property
    def told(self) -> dict[str, Any]:
        """What the command wrote with ``--json``."""
        document: dict[str, Any] = json.loads(self.out)
        return document


class Home:
    """A home with the demonstration's controller and lines, and no calls.

    Models and migrations are read before the first command, which is then quicker and larger: not with ``TESTS_COLD``.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.path = folder / "home"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALLWARD_", "DJANGO_"))}
        if not any(name.endswith("DATABASE_URL") for name in environment):
            migrated.lay_out(self.path)
        self._server = subprocess.Popen(
            [sys.executable, __file__, str(folder)],
            env={**clean, "CALLWARD_HOME": str(self.path), "CALLWARD_DEMO": "1", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.verifier = self._answer()

    def start(self, *words: str | Path) -> int:
        """Start a command and return its process id, which is its group's too; ``wait`` must follow."""
        return self.start_all([words])[0]

    def start_all(self, commands: Sequence[Sequence[str | Path]]) -> list[int]:
        """Start commands side by side and return their process ids, which are their groups' too.

        Settings for a command alone may stand before it, as ``NAME=value``.
        """
        assert self._server.stdin is not None
        told = [[str(word) for word in words] for words in commands]
        self._server.stdin.write(json.dumps(told) + "\n")
        self._server.stdin.flush()
        return [int(answer) for answer in self._answer().split()]

    def kill(self, moments: Mapping[int, float]) -> None:
        """Kill commands with all their processes, each when it has worked so many seconds; ``wait`` must follow.

        Time on the processor is what counts: the knife comes at the same place however busy the machine is. Whoever was
        quicker has ended, which is a point in time too; whoever only waits is killed after a while.
        """
        left, until = dict(moments), time.monotonic() + _STANDS_STILL
        while left:
            for process, moment in list(left.items()):
                worked = _worked(process)
                if worked is not None and worked < moment and time.monotonic() < until:
                    continue
                with suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)
                del left[process]
            time.sleep(0.002)

    def wait(self) -> Ended:
        return self.wait_all()[0]

    def wait_all(self) -> list[Ended]:
        """Wait until every command that was started has ended."""
        ends = [answer.split(":") for answer in self._answer().split()]
        return [
            Ended(int(code), self._written("out", at), self._written("err", at), float(worked))
            for at, (code, worked) in enumerate(ends)
        ]

    def _written(self, stream: str, at: int) -> str:
        return (self.folder / f"{stream}{at or ''}").read_text("utf-8")

    def run(self, *words: str | Path) -> Ended:
        self.start(*words)
        return self.wait()

    def well(self) -> bool:
        """Whether the doctor finds everything well, sweeping at once."""
        return self.run("doctor", "--now", "--json").code == 0

    @property
    def log(self) -> Path:
        (log,) = (self.path / "objects" / "ledger").iterdir()
        return log

    def _answer(self) -> str:
        assert self._server.stdout is not None
        answer = self._server.stdout.readline().strip()
        assert answer, "the platform's process ended"
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(120)
        self._server.stdout.close()


def _worked(process: int) -> float | None:
    """How many seconds a process and those that it started have been on the processor; None where it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    except OSError:
        return None
    if fields[0] == "Z":
        return None
    # proc_pid_stat(5): utime, stime, and both of the children that have ended.
    own = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(_worked(int(child)) or 0.0 for child in children)


def _open_centre() -> str:
    """Make controller and lines in a process that ends: a fork must not share a database connection."""
    from callward.engine.tlog import format_vkey
    from callward.web import prepare
    from callward.web.accounts.actions import open_controller
    from callward.web.audit.sequencing import log_key
    from callward.web.core.models import Line

    prepare()
    centre = json.loads((SAMPLES / "centre.json").read_text("utf-8"))
    facts = centre["controller"]
    controller = open_controller(
        name=facts["name"], slug=facts["slug"], timezone_name=facts["timezone"], origin=facts["origin"]
    )
    for described in centre["lines"]:
        line = Line(controller=controller, **described)
        line.full_clean()
        line.save()
    return format_vkey(log_key(controller).verifier)


def _forked(folder: Path, at: int, words: list[str]) -> int:
    child = os.fork()
    # Both sides do it, so that the group is there before anybody can think of killing it.
    os.setpgid(child, child)
    if child:
        return child
    for stream, name in ((1, "out"), (2, "err")):
        target = os.open(folder / f"{name}{at or ''}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(target, stream)
        os.close(target)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    from callward.cli.main import _run

    while words[0].startswith("CALLWARD_"):
        name, _, value = words.pop(0).partition("=")
        os.environ[name] = value
    sys.argv = ["callward", *words]
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _end_of(child: int) -> str:
    _, status, used = os.wait4(child, 0)
    return f"{os.waitstatus_to_exitcode(status)}:{used.ru_utime + used.ru_stime:.3f}"


def _warm() -> None:
    """Read what every command would read again: all migrations, and the words and models of each language."""
    from django.db.migrations.loader import MigrationLoader

    from callward.engine.pii import About, Conversation, Turn, detect

    MigrationLoader(None)
    for language in ("sv", "et", "ro", "nl", "en"):
        detect(Conversation((Turn(About.CALLER, "0 1 2"),), language))


def _serve(folder: Path) -> None:
    from callward.web import start

    start()
    # A fork of its own makes the centre, so that this process never opens a database.
    reading, writing = os.pipe()
    if not os.fork():
        os.write(writing, _open_centre().encode())
        os._exit(0)
    os.wait()
    sys.stdout.write(os.read(reading, 4096).decode() + "\n")
    sys.stdout.flush()
    import callward.cli.main
    import callward.web.calls.doctor
    import callward.web.calls.ingesting
    import callward.web.calls.verbs
    import callward.web.urls  # noqa: F401 - loaded here once, so that no command has to

    if "TESTS_COLD" not in os.environ:
        _warm()
    for line in sys.stdin:
        children = [_forked(folder, at, words) for at, words in enumerate(json.loads(line))]
        sys.stdout.write(" ".join(map(str, children)) + "\n")
        sys.stdout.flush()
        sys.stdout.write(" ".join(_end_of(child) for child in children) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve(Path(sys.argv[1]))
