"""Text of a conversation to findings, and findings to redacted text."""

from callward.engine.pii.classes import ALL_CHANNEL_TYPES, Category, call_classes, category
from callward.engine.pii.detect import detect
from callward.engine.pii.generalise import Generalise
from callward.engine.pii.labels import blank_labels
from callward.engine.pii.lexicon import COVERED as COVERED_LANGUAGES
from callward.engine.pii.model import (
    About,
    Conversation,
    Evidence,
    Finding,
    PiiError,
    Sensitivity,
    Span,
    Turn,
    Type,
)
from callward.engine.pii.operators import (
    DEFAULT_OPERATORS,
    Edit,
    Hash,
    Mask,
    Operator,
    Place,
    Redacted,
    Replace,
    redact,
)
from callward.engine.pii.pseudonym import Pseudonym
from callward.engine.pii.recognizer import Recognizer
from callward.engine.pii.recognizers import RECOGNIZERS
from callward.engine.pii.residual import payment_suspicions, residual
from callward.engine.pii.taxonomy import Level, Term, term
from callward.engine.pii.tongue import uncovered

__all__ = [
    "ALL_CHANNEL_TYPES",
    "COVERED_LANGUAGES",
    "DEFAULT_OPERATORS",
    "RECOGNIZERS",
    "About",
    "Category",
    "Conversation",
    "Edit",
    "Evidence",
    "Finding",
    "Generalise",
    "Hash",
    "Level",
    "Mask",
    "Operator",
    "PiiError",
    "Place",
    "Pseudonym",
    "Recognizer",
    "Redacted",
    "Replace",
    "Sensitivity",
    "Span",
    "Term",
    "Turn",
    "Type",
    "blank_labels",
    "call_classes",
    "category",
    "detect",
    "payment_suspicions",
    "redact",
    "residual",
    "term",
    "uncovered",
]
