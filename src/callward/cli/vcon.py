"""``callward vcon validate`` and ``callward vcon show``: conversation containers of any producer."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
from cryptography import x509
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from callward.engine.errors import Error
from callward.engine.vcon import Content, Deviation, Dialog, Party, Vcon, host_of, parse_vcon

app = typer.Typer(no_args_is_help=True, help="Check and look into vCons (IETF conversation containers).")

_MAX_BYTES: Final = 256 * 1024 * 1024
_CONFORMS, _DEVIATES, _UNREADABLE = 0, 1, 2
_SENTENCES: Final = {
    Deviation.UUID: "uuid is missing or no UUID",
    Deviation.CREATED_AT: "created_at is missing or no time",
    Deviation.OLD_VERSION: "vcon names an older version than 0.4.0",
    Deviation.OLD_NAME: "a parameter has an older version's name",
    Deviation.OLD_HASH: "a content hash is in an older form",
    Deviation.RESERVED_PARAMETER: "group is reserved",
    Deviation.UNKNOWN_PARAMETER: "a parameter is not defined",
    Deviation.EMPTY_REFERENCE: "redacted or amended is empty",
    Deviation.REDACTED_AND_AMENDED: "both redacted and amended are there",
    Deviation.REDACTED_TYPE: "redacted does not say what was removed",
    Deviation.ROLE: "a role without the contact-centre extension",
    Deviation.EMAIL: "email stands for mailto",
    Deviation.EMPTY_VALUE: "a text is empty",
    Deviation.WRONG_TYPE: "a value has the wrong type",
    Deviation.JSON_AS_STRING: "a JSON body is sent as a string",
    Deviation.ENCODING: "a body's encoding is missing or does not fit",
    Deviation.BASE64: "a body is base64 and not base64url without padding",
    Deviation.TIME: "a time is not in the form of RFC 3339",
    Deviation.TIME_ZONE: "a time has no zone",
    Deviation.REQUIRED: "a required parameter is missing",
    Deviation.DIALOG_TYPE: "a dialog's type is unknown",
    Deviation.INDEX: "an index points at nothing",
    Deviation.URL: "a URL is not https",
    Deviation.URL_HASH: "a URL without a content hash",
    Deviation.HASH_WITHOUT_CONTENT: "a content hash without content",
    Deviation.NO_CONTENT: "a recording or text without content",
    Deviation.CERTIFICATE_UNPROTECTED: "the certificates are not in the protected header",
    Deviation.HEADER_UNPROTECTED: "the unprotected header lacks alg",
}


@dataclass(frozen=True, slots=True)
class _Result:
    """What validating one file gave; ``refused`` is a code and its sentence."""

    path: Path
    vcon: Vcon | None
    refused: tuple[str, str] | None
    unreadable: bool = False


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="vCons: unsigned, signed, or gzip of either.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    trust: Annotated[
        Path | None, typer.Option("--trust", help="PEM file of certificates whose signatures are trusted.")
    ] = None,
) -> None:
    """Check vCons against core-03. Exit 0: all conform, 1: one deviates or is refused, 2: one cannot be read."""
    results = [_validated(path, _anchors(trust)) for path in files]
    if as_json:
        typer.echo(orjson.dumps({"files": [_summary(result) for result in results]}))
    else:
        Console().print(_table(results))
    raise typer.Exit(max(_exit_code(result) for result in results))


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A vCon.")],
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Show names, numbers and texts too. They are personal data.")
    ] = False,
) -> None:
    """Show what a vCon holds, without personal data. Exit 1: refused, 2: cannot be read."""
    result = _validated(file, ())
    if result.vcon is None:
        code, sentence = result.refused or ("", "")
        Console(stderr=True).print(Text(f"{code}: {sentence}"), soft_wrap=True)
        raise typer.Exit(_exit_code(result))
    Console().print(_tree(result.vcon, full=full))


def _validated(path: Path, anchors: Sequence[x509.Certificate]) -> _Result:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "it cannot be read"
        return _Result(path, None, ("unreadable", reason), unreadable=True)
    try:
        return _Result(path, parse_vcon(data, anchors=anchors, at=datetime.now(UTC)), None)
    except Error as error:
        return _Result(path, None, (error.code, error.detail))


def _anchors(path: Path | None) -> list[x509.Certificate]:
    if path is None:
        return []
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        Console(stderr=True).print("the file of trusted certificates cannot be read")
        raise typer.Exit(_UNREADABLE) from None


def _exit_code(result: _Result) -> int:
    if result.unreadable:
        return _UNREADABLE
    return _CONFORMS if result.vcon is not None and not result.vcon.deviations else _DEVIATES


def _summary(result: _Result) -> dict[str, object]:
    vcon = result.vcon
    if vcon is None:
        code, sentence = result.refused or ("", "")
        return {"file": str(result.path), "refused": code, "detail": sentence}
    return {
        "file": str(result.path),
        "form": vcon.form,
        "signature": vcon.signature,
        "deviations": list(vcon.deviations),
        "refused": None,
    }


def _table(results: Sequence[_Result]) -> Table:
    table = Table(title=f"{len(results)} vCons", title_justify="left")
    for column in ("file", "form", "result"):
        table.add_column(column, overflow="fold")
    for result in results:
        form = "" if result.vcon is None else _form(result.vcon)
        table.add_row(Text(str(result.path)), form, Text(_verdict(result)))
    return table


def _form(vcon: Vcon) -> str:
    return {"none": "unsigned", "signed_untrusted": "signed, not trusted", "signed_trusted": "signed, trusted"}[
        vcon.signature
    ]


def _verdict(result: _Result) -> str:
    if result.vcon is None:
        code, sentence = result.refused or ("", "")
        return f"refused, {code}: {sentence}"
    return "\n".join(_SENTENCES[deviation] for deviation in result.vcon.deviations) or "conforms"


def _tree(vcon: Vcon, *, full: bool) -> Tree:
    """The structure; whatever a person could be known by comes only with ``full``."""
    tree = Tree(Text(f"vCon, {_form(vcon)}"))
    _add(tree, "uuid", vcon.uuid)
    _add(tree, "created", vcon.created_at)
    _add(tree, "subject", _seen(vcon.subject, full=full))
    _add(tree, "extensions", ", ".join(_token(name, full=full) for name in vcon.extensions))
    _add(tree, "redacted", vcon.redacted and f"earlier version {vcon.redacted.uuid or 'elsewhere'}")
    _add(tree, "amended", vcon.amended and f"earlier version {vcon.amended.uuid or 'elsewhere'}")
    for number, party in enumerate(vcon.parties):
        _party(tree.add(Text(f"party {number}")), party, full=full)
    for number, dialog in enumerate(vcon.dialogs):
        _dialog(tree.add(Text(f"dialog {number}: {_token(dialog.type, full=full)}")), dialog, full=full)
    for number, analysis in enumerate(vcon.analyses):
        branch = tree.add(Text(f"analysis {number}: {_token(analysis.type, full=full)}"))
        _add(branch, "dialogs", ", ".join(map(str, analysis.dialogs)))
        _content(branch, analysis.content, full=full)
    for number, attachment in enumerate(vcon.attachments):
        branch = tree.add(Text(f"attachment {number}: {_token(attachment.purpose or '', full=full)}"))
        _content(branch, attachment.content, full=full)
    _add(tree, "deviations", ", ".join(vcon.deviations))
    return tree


def _party(branch: Tree, party: Party, *, full: bool) -> None:
    _add(branch, "role", party.role and _token(party.role, full=full))
    for name in ("tel", "sip", "mailto", "name", "uuid", "org", "dept"):
        _add(branch, name, _seen(getattr(party, name), full=full))


def _dialog(branch: Tree, dialog: Dialog, *, full: bool) -> None:
    _add(branch, "start", dialog.start)
    _add(branch, "seconds", dialog.duration)
    _add(branch, "parties", " / ".join(",".join(map(str, party)) or "nobody" for party in dialog.parties))
    _add(branch, "keys pressed", dialog.key_presses or None)
    _content(branch, dialog.content, full=full)


def _content(branch: Tree, content: Content, *, full: bool) -> None:
    plain = full or re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,40}(;.*)?", content.mediatype or "", re.DOTALL)
    _add(branch, "media type", (content.mediatype or "").split(";")[0] if plain or not content.mediatype else "(given)")
    _add(branch, "file name", _seen(content.filename, full=full))
    if content.data is not None:
        _add(branch, "inline", f"{len(content.data)} bytes, {content.encoding}")
        if full and content.encoding != "base64url":
            _add(branch, "text", content.data.decode("utf-8", "replace"))
    if content.url is not None:
        _add(branch, "external", content.url if full else f"at {host_of(content.url) or 'no host'}")
    _add(branch, "hashes", len(content.hashes) or None)


def _seen(value: str | None, *, full: bool) -> str | None:
    return value if full or value is None else "(given)"


def _token(value: str, *, full: bool) -> str:
    """A word that producers choose from a list; anything that looks like more than one stays hidden."""
    return value if full or (value.replace("_", "").replace("-", "").isalpha() and len(value) <= 32) else "(given)"


def _add(branch: Tree, name: str, value: object) -> None:
    if value is not None and value != "":
        branch.add(Text(f"{name}: {_printable(str(value))}"))


def _printable(text: str) -> str:
    """Nothing in a file may move the terminal's cursor."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "�" for sign in text)
