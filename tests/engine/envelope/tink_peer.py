"""The tink package as the other implementation of the sealed stream."""

from __future__ import annotations

import io

import pytest

tink = pytest.importorskip("tink", reason="the tink package proves the interoperation and is not installed")

from tink import cleartext_keyset_handle, streaming_aead  # noqa: E402 - only where tink is installed
from tink.proto import aes_gcm_hkdf_streaming_pb2, tink_pb2  # noqa: E402 - what stands above comes first

streaming_aead.register()


class _Kept(io.BytesIO):
    """Tink closes what it wrote to; the bytes are wanted afterwards."""

    kept = b""

    def close(self) -> None:
        self.kept = self.getvalue()
        super().close()


def _primitive(key: bytes) -> streaming_aead.StreamingAead:
    template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    value = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(key_value=key)
    form = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKeyFormat.FromString(template.value)
    value.params.CopyFrom(form.params)
    keyset = tink_pb2.Keyset(primary_key_id=1)
    keyset.key.add(
        key_data=tink_pb2.KeyData(
            type_url=template.type_url,
            value=value.SerializeToString(),
            key_material_type=tink_pb2.KeyData.SYMMETRIC,
        ),
        status=tink_pb2.ENABLED,
        key_id=1,
        output_prefix_type=template.output_prefix_type,
    )
    handle = cleartext_keyset_handle.from_keyset(keyset)
    return handle.primitive(streaming_aead.StreamingAead)


def tink_seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    target = _Kept()
    with _primitive(key).new_encrypting_stream(target, aad) as stream:
        view = memoryview(plaintext)
        while view:
            view = view[stream.write(view[:65536]) :]
    return target.kept


def tink_open(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    with _primitive(key).new_decrypting_stream(io.BytesIO(sealed), aad) as stream:
        return bytes(stream.read())
