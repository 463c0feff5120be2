"""Text of a conversation to findings, and findings to redacted text."""

from callward.engine.pii.model import (
    About,
    Conversation,
    Evidence,
    Finding,
    PiiError,
    Span,
    Turn,
    Type,
)

__all__ = [
    "About",
    "Conversation",
    "Evidence",
    "Finding",
    "PiiError",
    "Span",
    "Turn",
    "Type",
]
