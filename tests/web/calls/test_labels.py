"""Every code that calls can carry has its sentence: the codes are collected from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import callward
from callward.engine.pii import Category
from callward.web.calls.models import Review
from callward.web.core import labels

_SOURCE = Path(callward.__file__).parent
_ERRORS = (
    "ArrivalError",
    "AudioError",
    "IntakeError",
    "PiiError",
    "ReviewError",
    "TranscriberError",
    "TranscriptError",
    "VconError",
)


def _trees(*places: str) -> Iterator[ast.AST]:
    for place in places:
        path = _SOURCE / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield ast.parse(file.read_text("utf-8"))


def _texts(call: ast.Call) -> list[str]:
    return [word.value for word in call.args[:1] if isinstance(word, ast.Constant) and isinstance(word.value, str)]


def _calls(names: tuple[str, ...] | list[str], *places: str) -> Iterator[ast.Call]:
    for tree in _trees(*places):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name in names:
                    yield node


def _refusals() -> set[str]:
    raised = {texts[0] for call in _calls(_ERRORS, "engine", "intake", "web/calls", "transcriber.py", "pipeline.py")
              if (texts := _texts(call))}  # fmt: skip
    sources = {
        str(call.args[1].value) for call in _calls(["refused"], "intake") if isinstance(call.args[1], ast.Constant)
    }
    uploads = {
        word
        for path in ("uploads.py", "adding.py", "tasks.py")
        for word in re.findall(r'"(upload_[a-z_]+)"', (_SOURCE / "web/calls" / path).read_text("utf-8"))
    }
    return raised | sources | (uploads - {"upload_data"}) | {"disk_full"}


def test_every_refusal_of_an_input_or_a_decision_has_a_sentence() -> None:
    found = _refusals()
    assert {"audio_truncated", "vcon_signature", "line_missing", "unknown_kind", "upload_too_large"} <= found
    assert found - set(labels.REFUSALS) == set()


def test_every_refusal_says_in_sentences_what_was_kept_safe() -> None:
    for code, sentence in labels.REFUSALS.items():
        assert str(sentence).endswith("."), code
        assert not re.search(r"[!]|please|successfully", str(sentence)), code


def test_every_reason_for_review_has_a_sentence_and_a_short_word() -> None:
    doubts = {texts[0] for call in _calls(["Doubt"], "verification.py", "pipeline.py") if (texts := _texts(call))}
    sound = {texts[0] for call in _calls(["AudioError"], "engine/audio") if (texts := _texts(call))}
    reasons = doubts | sound | {"payment_suspected"}
    assert {"text_residual", "dtmf_left", "audio_mask_broken"} <= reasons
    assert reasons - set(labels.REASONS) == set()
    assert set(labels.REASONS) == set(labels.REASONS_SHORT)


def test_every_act_of_calls_has_a_sentence() -> None:
    named = {
        word
        for path in (_SOURCE / "web/calls").glob("*.py")
        for word in re.findall(r'"((?:call|calls|recording|item|review|upload)\.[a-z_]+)"', path.read_text("utf-8"))
    } - {"recording.original", "recording.redacted"}
    named |= {"recording.redacted"}
    named |= {f"call.{end}" for end in ("sent_to_review", "held", "set_waiting", "released")}
    assert named - set(labels.ACTIONS) == set()


def test_every_decision_category_and_need_has_a_word() -> None:
    assert set(labels.DECISIONS) == set(Review.Decision.values)
    assert set(labels.CATEGORIES) == {category.value for category in Category}
    assert labels.NEEDS
