"""A line's rules as the main job needs them."""

from __future__ import annotations

from callward.engine import audio, pii
from callward.plan import Rules
from callward.web.core.models import Line
from callward.web.core.rules import KEYED, Operator
from callward.web.keys import vault


def needs_keys(line: Line) -> bool:
    """Say whether anything of the line's calls is replaced under a key."""
    return not KEYED.isdisjoint(line.mask_policy.values())


def rules_of(line: Line, caller_seed: str = "") -> Rules:
    """Translate a line's settings; a type that the line does not name is masked by the default operator.

    ``caller_seed`` is the pseudonym seed of the caller, for lines that need keys.
    """
    operators = dict(pii.DEFAULT_OPERATORS)
    for name, chosen in line.mask_policy.items():
        kind = pii.Type(name)
        if chosen == Operator.KEEP:
            del operators[kind]
        else:
            operators[kind] = _operator(Operator(chosen), kind, line.language)
    return Rules(
        language=line.language,
        countries=tuple(line.countries),
        operators=operators,
        keep_original=line.keep_original,
        fill=audio.Fill(line.audio_fill),
        pad_ms=line.pad_ms,
        pseudonym_key=_others_key(line) if needs_keys(line) else None,
        caller_key=bytes.fromhex(caller_seed) or None,
    )


def _operator(chosen: Operator, kind: pii.Type, language: str) -> pii.Operator:
    if chosen is Operator.HASH:
        return pii.Hash()
    if chosen is Operator.PSEUDONYM:
        return pii.Pseudonym(language)
    if chosen is Operator.GENERALISE:
        return pii.Generalise()
    if chosen is Operator.MASK:
        # The last digits help to tell a card; those of anything else would help to tell a person.
        return pii.Mask(last=4 if kind is pii.Type.PAYMENT_CARD else 0)
    return pii.Replace()


def _others_key(line: Line) -> bytes:
    """Return the controller's key for people other than the caller: unlike the index key it outlives turns."""
    vault.open_controller(line.controller_id)  # makes it where the controller is older than this kind of key
    return vault.service_key(line.controller_id, "pseudonym")
