"""Platform verbs: ``callward init``, ``serve``, ``worker`` and ``demo``."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from callward.web import StartError, prepare, refuse_unfinished_restore, start
from callward.web.transport import LOOPBACK

_log = logging.getLogger(__name__)
_MARK = "demonstration"
_SAMPLES = Path(__file__).parents[3] / "samples"

_Host = Annotated[str, typer.Option(help="The address to listen on.")]
_Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]


def init(
    *,
    controller: Annotated[str, typer.Option(help="The company whose callers these are.", prompt="Controller")],
    administrator: Annotated[str, typer.Option(help="User name of the first administrator.", prompt="User name")],
    zone: Annotated[str, typer.Option("--tz", help="Time zone in which legal periods run.")] = "UTC",
    password_file: Annotated[
        Path | None, typer.Option(help="Read the password from this file instead of asking for it.")
    ] = None,
    origin: Annotated[str, typer.Option(help="The ledger's name in checkpoints; made up when left out.")] = "",
    lines: Annotated[
        Path | None, typer.Option(help="Make these lines too: a JSON list, as in samples/centre.json.")
    ] = None,
) -> None:
    """Make the controller with its keys, and the first administrator with an authenticator app.

    Prints the key for the app and ten recovery codes once.
    Lines come from a file, or are added in Settings after the first sign-in.
    """
    start()
    prepare()
    from callward.web.accounts import first_run, founding
    from callward.web.accounts.lines_file import read_lines

    if not first_run.is_first_run():
        raise StartError("already_set_up", "this home has a controller; use Settings")
    described = read_lines(lines) if lines else []
    enrolment = founding.found(
        name=controller,
        zone=zone,
        username=administrator,
        password=_password(password_file),
        origin=origin,
        lines=described,
    )
    first_run.forget_token()
    out = Console()
    out.print(f"[bold]{controller}[/] is set up; {administrator} is its administrator.", highlight=False)
    if described:
        out.print(f"Lines: {', '.join(line.slug for line in described)}", highlight=False)
    out.print("Type this key into an authenticator app:", f"  {enrolment.secret}", sep="\n", highlight=False)
    out.print(f"or open this address on the phone:\n  {enrolment.url}", highlight=False, soft_wrap=True)
    out.print("Recovery codes, each for one sign-in without the app:", highlight=False)
    out.print("  " + "  ".join(enrolment.codes), highlight=False)
    out.print("Now run: callward serve", highlight=False)


def serve(
    *,
    host: _Host = "127.0.0.1",
    port: _Port = 8000,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Web processes that share the port.")] = 1,
    worker: Annotated[bool, typer.Option(help="Start a worker too; else run `callward worker` elsewhere.")] = True,
) -> None:
    """Start web server and worker; Ctrl-C ends both, SIGHUP reads the certificate anew."""
    os.environ["CALLWARD_COLLECTED_STATIC"] = "1"
    start()
    _refuse_open_demonstration(host)
    from callward.web.serving import web_command

    web = web_command(host, port, processes)
    _refuse_taken(host, port)
    prepare()
    _refuse_broken_ledger()
    from callward.web.accounts import first_run

    address = _address(host, port)
    out = Console()
    token = first_run.offer_token()
    if token:
        out.print(f"First start. Open {address}/start/?token={token}", highlight=False, soft_wrap=True)
    else:
        out.print(f"Callward is at {address}", highlight=False)
    _run(web, worker=worker)


def demo(*, port: _Port = 8000) -> None:
    """Start the demonstration contact centre: invented calls in a home of its own, on this computer only."""
    os.environ.setdefault("CALLWARD_HOME", str(Path("var") / "demo"))
    os.environ["CALLWARD_DEMO"] = "1"
    os.environ["CALLWARD_COLLECTED_STATIC"] = "1"
    home = Path(os.environ["CALLWARD_HOME"])
    if _holds_real_data(home):
        raise StartError("home_not_demonstration", "this home holds real data; set CALLWARD_HOME to another folder")
    start()
    _refuse_taken("127.0.0.1", port)
    out = Console()
    if not (home / _MARK).exists():
        out.print(f"First start: making an invented contact centre in {home}. Half a minute, once.", highlight=False)
    (home / _MARK).touch(mode=0o600)
    prepare()
    _refuse_broken_ledger()
    _load_samples(out)
    from callward.web.demonstration import drop_of

    out.print(
        f"[bold]Callward is at http://localhost:{port}[/]\n"
        "Choose who to be on the sign-in page: Alice decides on reviews, Bob takes calls, Carol audits.\n"
        f"Ctrl-C ends it. The data stays in {home} and {drop_of(home)}; remove both folders to begin anew.",
        highlight=False,
    )
    from callward.web.serving import web_command

    _run(web_command("127.0.0.1", port, 1))


def worker() -> None:
    """Run background tasks and periodic duties until stopped; `callward serve` starts one."""
    start()
    refuse_unfinished_restore()
    from callward.web.background.working import JobWorker
    from callward.web.duties import run_until

    stop = threading.Event()
    duties = threading.Thread(target=run_until, args=(stop,), name="duties")
    duties.start()
    try:
        JobWorker().work()
    finally:
        stop.set()
        duties.join()


def _password(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise StartError("password_file", "the password file cannot be read") from error
    if not sys.stdin.isatty():
        raise StartError("password_missing", "no terminal to ask on; give --password-file")
    answer: str = typer.prompt("Password (at least 12 characters)", hide_input=True, confirmation_prompt=True)
    return answer


def _refuse_open_demonstration(host: str) -> None:
    from django.conf import settings

    if settings.DEMO and host not in LOOPBACK:
        raise StartError("demonstration_open", "the demonstration signs in without a password: this computer only")
    if settings.DEMO and _holds_real_data(settings.CALLWARD_HOME):
        raise StartError("home_not_demonstration", "this home holds real data; unset CALLWARD_DEMO")


def _holds_real_data(home: Path) -> bool:
    return (home / "data.sqlite3").exists() and not (home / _MARK).exists()


def _refuse_taken(host: str, port: int) -> None:
    """Refuse a port that somebody listens on: the web server would share it in silence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "is in use by another process" if error.errno == errno.EADDRINUSE else "cannot be listened on"
            raise StartError("port_taken", f"port {port} {why}; choose another with --port") from None


def _refuse_broken_ledger() -> None:
    from callward.web.audit.state import check_ledgers

    check_ledgers()


def _address(host: str, port: int) -> str:
    from django.conf import settings

    scheme = "https" if settings.TLS_CERTIFICATE else "http"
    return settings.ADDRESS or f"{scheme}://{'localhost' if host in LOOPBACK else host}:{port}"


def _run(web: list[str], *, worker: bool = True) -> None:
    from callward.web.processes import run_together

    background = [sys.executable, "-c", "from callward.cli.main import main; main()", "worker"]
    ended = run_together({"web server": web, **({"worker": background} if worker else {})}, _renew)
    if ended:
        raise StartError("process_ended", f"the {ended} ended by itself; its reason stands above")


def _renew() -> list[str]:
    """Take up the renewed certificate, unless it is unfit: then the present one goes on."""
    from django.conf import settings

    from callward.web.serving import place_certificate

    if not settings.TLS_CERTIFICATE:
        return []
    try:
        place_certificate()
    except StartError as error:
        _log.error("the certificate was not renewed: %s", error)
        return []
    return ["web server"]


def _load_samples(out: Console) -> None:
    """Make the demonstration's controller, lines, staff and calls where they are not there yet."""
    from callward.web.demonstration import load_centre

    if not _SAMPLES.is_dir():
        raise StartError("samples_missing", "the demonstration's samples are in the repository, beside src")
    load_centre(_SAMPLES, out)
