from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.tlog import KeyKind, LogError, RefutedError, SigningKey, format_vkey, parse_policy

LOG = SigningKey("ledger.example/north", KeyKind.ED25519, b"\x01" * 32).verifier
X1, X2, X3, Y1 = (SigningKey(f"w.example/{n}", KeyKind.COSIGNATURE, bytes([n]) * 32).verifier for n in range(10, 14))
POLICY = f"""\
# two of three, and the fourth
log {format_vkey(LOG)} https://ledger.example/north

witness X1 {format_vkey(X1)}
witness\tX2  {format_vkey(X2)} https://x2.example/
  witness X3 {format_vkey(X3)}
witness Y1 {format_vkey(Y1)}
group X 2 X1 X2 X3
group both all X Y1
quorum both
"""


def test_a_quorum_is_met_by_enough_and_by_no_fewer() -> None:
    policy = parse_policy(POLICY.encode())
    assert policy.log(LOG.name) == LOG
    for chosen in itertools.product([False, True], repeat=4):
        cosigned = {key for key, picked in zip((X1, X2, X3, Y1), chosen, strict=True) if picked}
        if sum(chosen[:3]) >= 2 and chosen[3]:
            policy.check_quorum(cosigned)
        else:
            with pytest.raises(RefutedError):
                policy.check_quorum(cosigned)


def test_no_quorum_asks_for_nobody() -> None:
    parse_policy(b"quorum none\n").check_quorum(())


def test_a_log_that_is_not_listed_is_refused() -> None:
    with pytest.raises(RefutedError):
        parse_policy(b"quorum none\n").log(LOG.name)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum both\n", ""),
        ("quorum both\n", "quorum both\nquorum both\n"),
        ("quorum both\n", "quorum Z\n"),
        ("quorum both\n", "quorum both"),
        ("group X 2", "group X 4"),
        ("group X 2", "group X 0"),
        ("group X 2", "group X 02"),
        ("group X 2", "group none 2"),
        ("group X 2 X1 X2 X3", "group X 2 X1 X1 X3"),
        ("group both all X Y1", "group both all X Y1 X1"),
        ("witness Y1", "witness X1"),
        (format_vkey(Y1), format_vkey(X1)),
        (format_vkey(Y1), format_vkey(LOG)),
        ("witness Y1", "watness Y1"),
        ("# two", "\r# two"),
        ("log ", "log a b c "),
    ],
)
def test_a_policy_at_fault_is_refused(old: str, new: str) -> None:
    assert old in POLICY
    with pytest.raises(LogError):
        parse_policy(POLICY.replace(old, new).encode())


@given(st.binary(max_size=200) | st.text(alphabet="logwitnesgroupqrm 0123+\n\t#", max_size=120).map(str.encode))
def test_hostile_bytes_are_no_policy_or_one(data: bytes) -> None:
    try:
        policy = parse_policy(data)
    except LogError:
        return
    assert policy.quorum is None or policy.witnesses
