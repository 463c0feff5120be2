"""`callward sftp`: the door of SFTP drops."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer
from rich.console import Console

from callward.engine.errors import Error
from callward.web.controllers import set_up


def sftp(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = 2222,
) -> None:
    """Take files by SFTP, for each feed of the kind sftp under its user name and keys; Ctrl-C ends it.

    What is put is sealed as it comes and given to the worker when its call is complete. Nothing is given back.
    """
    if find_spec("asyncssh") is None:
        raise Error("extra_missing", "SFTP drops need the extra: pip install 'callward[sftp]'")
    set_up()
    from django.conf import settings

    from callward.web.feeds.sftp.server import host_key, serve
    from callward.web.keys.epochs import let_go_again_and_again

    let_go_again_and_again()
    out = Console()
    out.print(f"Host key: {host_key(settings.CALLWARD_HOME / 'sftp_host.key').get_fingerprint()}", highlight=False)
    try:
        serve(
            host, port, settings.CALLWARD_HOME, lambda bound: out.print(f"Listening on {host}:{bound}", highlight=False)
        )
    except OSError:
        raise Error("port_taken", f"port {port} of {host} cannot be listened on; choose another with --port") from None
    out.print("The drop is closed.")
