"""The command ``callward``: names every verb, and loads the one that was asked for.

Engine verbs lie beside this file and run without Django. Platform verbs are found through the entry-point group
``callward.verbs``; where the web extra is missing, the verb says so.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from callward import __version__
from callward.engine.errors import Error

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_ENGINE = "Engines: files in, files out"
_PLATFORM = "Platform: needs the web extra"
# What the web extra brings; a verb that cannot import one of these needs the extra, anything else is a fault.
_WEB_EXTRA = frozenset(
    {"allauth", "csp", "django", "django_htmx", "django_tasks", "django_tasks_db", "granian", "obstore", "whitenoise"}
)


@dataclass(frozen=True, slots=True)
class _Verb:
    """Where a verb lies (``module:name``) and its line in the list, shown without loading it."""

    place: str
    line: str
    panel: str = _ENGINE
    on_one_core: bool = False
    """Whether it multiplies no large matrices: NumPy then starts no thread a core, which takes longer than a call."""


_VERBS: Mapping[str, _Verb] = {
    "detect": _Verb(
        "callward.cli.detect:detect", "Find personal data in text or in calls as JSON lines.", on_one_core=True
    ),
    "redact": _Verb("callward.cli.main:redact", "Redact text, or stretches of a recording."),
    "dtmf": _Verb("callward.cli.dtmf:dtmf", "List the keyed tones of a recording."),
    "seal": _Verb("callward.cli.seal:seal", "Seal a file under a key."),
    "open": _Verb("callward.cli.seal:open_", "Open a sealed file, or a range of it."),
    "verify": _Verb("callward.cli.verify:verify", "Verify checkpoints, proofs and whole ledgers, offline."),
    "witness": _Verb("callward.cli.witness:app", "Be a witness for other people's ledgers."),
    "vcon": _Verb("callward.cli.vcon:app", "Check and show conversation containers."),
}
_REDACT: Mapping[str, _Verb] = {
    "text": _Verb(
        "callward.cli.redact_text:text", "Redact a text or calls as JSON lines.", "Commands", on_one_core=True
    ),
    "audio": _Verb("callward.cli.redact_audio:audio", "Mask stretches of a recording.", "Commands"),
}
# One line for each platform verb: a verb is listed before Django is loaded.
_PLATFORM_LINES = {
    "init": "Make a controller, its keys and its first administrator.",
    "serve": "Start web server and worker.",
    "demo": "Start the demonstration contact centre.",
    "worker": "Run background tasks and periodic duties.",
    "ingest": "Take in recordings, transcripts, vCons, whole folders.",
    "doctor": "Check and mend what a crash can leave.",
    "feeds": "List, add and run the sources that calls come from.",
    "sftp": "Take files by SFTP into drops that give nothing back.",
    "keys": "Show and turn the epochs of the keys.",
    "person": "Find a caller, and erase one for good.",
    "purge": "Destroy what has had its time.",
    "call": "Say what happened to a call or its caller.",
    "backup": "Make, verify, restore and rehearse backups.",
    "sweep": "Look at kept calls again; find and remove what may not be kept.",
}


class _Verbs(TyperGroup):
    """A group that loads the verb asked for and lists the others from their lines."""

    verbs: Mapping[str, _Verb] = {}
    _listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self._known())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        verb = self.verbs.get(cmd_name) or self._known().get(cmd_name)
        if verb is None:
            return None
        if self._listing:
            return TyperCommand(cmd_name, help=verb.line, rich_help_panel=verb.panel)
        return _load(cmd_name, verb)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._listing = True
        super().format_help(ctx, formatter)

    def _known(self) -> Mapping[str, _Verb]:
        return self.verbs


class _TopVerbs(_Verbs):
    verbs = _VERBS

    def _known(self) -> Mapping[str, _Verb]:
        found = {point.name: point for point in _entry_points("callward.verbs")}
        order = [*(name for name in _PLATFORM_LINES if name in found), *sorted(set(found) - set(_PLATFORM_LINES))]
        return {**self.verbs, **{name: _platform_verb(found[name]) for name in order}}


def _entry_points(group: str) -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points  # reads every package's metadata: an engine's verb needs none

    return entry_points(group=group)


class _RedactVerbs(_Verbs):
    verbs = _REDACT


def _platform_verb(point: EntryPoint) -> _Verb:
    return _Verb(point.value, _PLATFORM_LINES.get(point.name, ""), _PLATFORM)


def _load(name: str, verb: _Verb) -> Any:
    module, _, attribute = verb.place.partition(":")
    if verb.on_one_core:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is imported, and only then
    try:
        if verb.panel == _PLATFORM:
            _refuse_missing_extra()
        found = getattr(import_module(module), attribute)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _WEB_EXTRA:
            raise
        typer.echo(f"`callward {name}` needs the web extra: pip install 'callward[web]'", err=True)
        raise typer.Exit(2) from missing
    if isinstance(found, typer.Typer):
        command: Any = get_group(found)
    else:
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(found)
        command = get_command(single)
    command.name = name
    gc.enable()
    return command


def _refuse_missing_extra() -> None:
    """Raise ``ModuleNotFoundError`` where a module of the extra is missing.

    A verb imports them only once it runs, and by then it may have asked for a password in vain.
    """
    for name in sorted(_WEB_EXTRA):
        if find_spec(name) is None:
            raise ModuleNotFoundError(name=name)


redact = typer.Typer(
    cls=_RedactVerbs, no_args_is_help=True, help="Redact text, or stretches of a recording.", add_completion=False
)


@redact.callback()
def _redact() -> None:
    """Redact text, or stretches of a recording."""


app = typer.Typer(
    cls=_TopVerbs, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich"
)


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"callward {__version__}")
        raise typer.Exit


@app.callback()
def _callward(
    *, version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version.")
) -> None:
    """Keep customer calls lawful from the first ring to the last backup.

    Exit codes: 0 done, 1 a clean no or something needs a person, 2 could not run.
    """


def main() -> None:
    """Run the command line; the one place that ends the process."""
    gc.disable()  # what loads stays: to look for garbage among it takes longer than many a verb
    threading.excepthook = _tell_of_thread
    ended = _run()
    gc.freeze()  # the process ends: to look for garbage among what is left takes as long as a verb and is for nobody
    sys.exit(ended)


def _tell_of_thread(ended: threading.ExceptHookArgs) -> None:
    """Tell of a thread that a fault ended as of any other fault: Python would write its words down."""
    if ended.exc_value is not None:
        typer.echo(f"callward: {_ours(ended.exc_value)}", err=True)


def _ours(fault: BaseException) -> str:
    place = traceback.extract_tb(fault.__traceback__)[-1]
    file = place.filename.rpartition("/callward/")[2] or place.filename
    return f"a fault of ours: {type(fault).__name__} in {place.name}, line {place.lineno} of {file}"


def _refusal(fault: Exception) -> Error | None:
    """Ask whoever ran what the fault means; who was not loaded had no part in it."""
    for point in _entry_points("callward.faults"):
        if point.module.rpartition(".")[0] in sys.modules and (refused := point.load()(fault)) is not None:
            told: Error = refused
            return told
    return None


def _run() -> int:
    try:
        app(standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    except Error as refused:
        typer.echo(f"callward: {refused}", err=True)
        return 2
    except Exception as fault:  # noqa: BLE001 - the edge: the words of an unknown fault may hold a caller's data
        meant = _refusal(fault)
        if meant is not None:
            typer.echo(f"callward: {meant}", err=True)
            return 2
        typer.echo(f"callward: {_ours(fault)}", err=True)
        return 2
    return 0
