"""The IETF conversation container (draft-ietf-vcon-vcon-core-03), read tolerantly and written strictly."""

from callward.engine.vcon.content import check_content_hash, hash_of, host_of
from callward.engine.vcon.conversation import Conversation, Piece, Recording, recordings, transcript_of
from callward.engine.vcon.model import (
    Analysis,
    Attachment,
    Content,
    Deviation,
    Dialog,
    Encoding,
    Form,
    Party,
    Reference,
    Signature,
    Vcon,
    VconError,
)
from callward.engine.vcon.reading import parse_vcon
from callward.engine.vcon.writing import write_vcon

__all__ = [
    "Analysis",
    "Attachment",
    "Content",
    "Conversation",
    "Deviation",
    "Dialog",
    "Encoding",
    "Form",
    "Party",
    "Piece",
    "Recording",
    "Reference",
    "Signature",
    "Vcon",
    "VconError",
    "check_content_hash",
    "hash_of",
    "host_of",
    "parse_vcon",
    "recordings",
    "transcript_of",
    "write_vcon",
]
