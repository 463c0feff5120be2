"""Bringing single objects back from the backup, where the store has lost or changed them."""

from __future__ import annotations

from callward.engine.errors import Error
from callward.web.core.objects import ObjectSink
from callward.web.lifecycle.backup.keys_copy import configured
from callward.web.lifecycle.backup.objects import PREFIX
from callward.web.lifecycle.backup.store import pieces


def bring_object(name: str, sink: ObjectSink) -> bool:
    """Pour the backup's copy of an object into a sink; False where there is none, or no backup that answers.

    Whoever asks opens what came before it takes the object's place: the backup is not believed.
    """
    try:
        destination = configured()
        if destination is None:
            return False
        for piece in pieces(destination.store.open_object(f"{PREFIX}/{name}")):
            sink.write(piece)
    except (Error, OSError):
        return False
    return True
