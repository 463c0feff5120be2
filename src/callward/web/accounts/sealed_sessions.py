"""What a session remembers is sealed at rest: while an authenticator app is set up, its secret is in there."""

from __future__ import annotations

import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signing import JSONSerializer

_NONCE_BYTES = 12
_INFO = b"callward session v1"


class SealedSerializer(JSONSerializer):
    """JSON under a key derived from the web secret. What does not open is refused, and reads as an empty session."""

    def dumps(self, obj: Any) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + _cipher().encrypt(nonce, super().dumps(obj), _INFO)

    def loads(self, data: bytes) -> Any:
        return super().loads(_cipher().decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _INFO))


def _cipher() -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, _INFO).derive(settings.SECRET_KEY.encode()))
