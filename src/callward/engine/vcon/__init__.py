"""The IETF conversation container (draft-ietf-vcon-vcon-core-03), read tolerantly and written strictly."""

from callward.engine.vcon.content import check_content_hash, hash_of, host_of
from callward.engine.vcon.conversation import (
    Conversation,
    Piece,
    Recording,
    messages_of,
    read_transcripts,
    recordings,
    transcript_of,
    transcripts_in,
    unread,
)
from callward.engine.vcon.legs import legs_of, seconds_between
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
    "legs_of",
    "messages_of",
    "parse_vcon",
    "read_transcripts",
    "recordings",
    "seconds_between",
    "transcript_of",
    "transcripts_in",
    "unread",
    "write_vcon",
]
