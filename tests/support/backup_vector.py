"""Makes a small backup to keep, in the format of today: ``python tests/support/backup_vector.py TARGET.tar``.

One invented call with a reserved phone number and a test card. The tar holds the destination, the root and the backup
key (both are test keys and are known to everybody), the last checkpoint, and what the items hold as digests.
Run it with ``CALLWARD_DATABASE_URL`` and ``CALLWARD_KEYS_DATABASE_URL`` set for a backup of PostgreSQL.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import sqlite3
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callward.web.calls.models import Call
    from callward.web.core.models import Line


def make(target: Path, folder: Path) -> None:
    """Make a home in an empty folder, take one call in, back it up and put all of it into a tar."""
    home = folder / "home"
    home.mkdir()
    for name in ("data", "keys"):
        # Small pages, because most of the tables are all but empty.
        with closing(sqlite3.connect(home / f"{name}.sqlite3")) as database:
            database.execute("PRAGMA page_size = 512")
            database.execute("VACUUM")
        (home / f"{name}.sqlite3").chmod(0o600)
    os.environ["CALLWARD_HOME"] = str(home)
    from callward.web import prepare, start

    start()
    prepare()
    from calls_at_work import CARD, take

    from callward.keyfile import write_key_file
    from callward.web import audit
    from callward.web.audit.tiles import LedgerTiles
    from callward.web.lifecycle.backup.snapshot import create
    from callward.web.lifecycle.backup.store import Destination

    line = _line()
    call = take(line, CARD)
    audit.sequence_all()
    write_key_file(folder / "backup.key", secrets.token_bytes(32))
    made = create(Destination.opened(folder / "backups", folder / "backup.key"), audit.SYSTEM)
    audit.sequence_all()
    (folder / "checkpoint").write_text(LedgerTiles(line.controller_id).read_checkpoint(), "utf-8")
    facts = {"snapshot": made.manifest.id, "call": str(call.id), "items": contents(call)}
    (folder / "facts.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    (home / "roots").rename(folder / "roots")
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and home not in path.parents):
            _add(tar, path, str(path.relative_to(folder)))


def contents(call: Call) -> dict[str, str]:
    """Open every item of a call to its end and return the SHA-256 of what it holds, by kind."""
    from callward.web.calls.opening import open_item

    found = {}
    for item in call.items.order_by("kind"):
        with open_item(call, item) as reader:
            plain = b"".join(bytes(piece) for piece in reader.read_range(0, reader.size))
        found[item.kind] = hashlib.sha256(plain).hexdigest()
    return found


def _line() -> Line:
    from callward.web.accounts.actions import open_controller
    from callward.web.core.models import Line

    controller = open_controller(
        name="Northfield Dental", slug="northfield", timezone_name="Europe/London", origin="northfield.example/ledger"
    )
    return Line.objects.create(
        controller=controller,
        name="Care, England",
        slug="care-en",
        kind=Line.Kind.HEALTH,
        language="en",
        countries=["GB"],
        numbers=["+441632960000"],
        timezone="Europe/London",
        purposes=["evidence", "quality"],
        lawful_basis=Line.LawfulBasis.CONTRACT,
    )


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    data = path.read_bytes()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        make(Path(sys.argv[1]), Path(scratch))
