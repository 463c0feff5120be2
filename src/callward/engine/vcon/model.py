"""The conversation container (draft-ietf-vcon-vcon-core-03) as values.

The values hold personal data, so none of them shows its fields in ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from callward.engine.errors import Error


class VconError(Error):
    """A vCon was refused; see ``code``."""


class Form(StrEnum):
    """The form that the bytes had."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"


class Signature(StrEnum):
    """What is known of the signature: verified with the certificate it brings, or up to a trusted one."""

    NONE = "none"
    UNTRUSTED = "signed_untrusted"
    TRUSTED = "signed_trusted"


class Encoding(StrEnum):
    """How an inline body stands in the JSON (core-03, Inline Files)."""

    BASE64URL = "base64url"
    JSON = "json"
    NONE = "none"


class Deviation(StrEnum):
    """A departure from core-03 that reading tolerates and writing never makes."""

    UUID = "uuid"
    CREATED_AT = "created_at"
    OLD_VERSION = "old_version"
    OLD_NAME = "old_name"
    OLD_HASH = "old_hash"
    RESERVED_PARAMETER = "reserved_parameter"
    UNKNOWN_PARAMETER = "unknown_parameter"
    EMPTY_REFERENCE = "empty_reference"
    REDACTED_AND_AMENDED = "redacted_and_amended"
    REDACTED_TYPE = "redacted_type"
    ROLE = "role"
    EMAIL = "email"
    EMPTY_VALUE = "empty_value"
    WRONG_TYPE = "wrong_type"
    JSON_AS_STRING = "json_as_string"
    ENCODING = "encoding"
    BASE64 = "base64"
    TIME = "time"
    TIME_ZONE = "time_zone"
    REQUIRED = "required"
    DIALOG_TYPE = "dialog_type"
    INDEX = "index"
    URL = "url"
    URL_HASH = "url_hash"
    HASH_WITHOUT_CONTENT = "hash_without_content"
    NO_CONTENT = "no_content"
    CERTIFICATE_UNPROTECTED = "certificate_unprotected"
    HEADER_UNPROTECTED = "header_unprotected"


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """Inline or external content.

    ``data`` is the decoded inline body: bytes for base64url, UTF-8 for none, compact JSON with sorted names for json.
    ``hashes`` are as written, such as ``sha512-...``.
    """

    data: bytes | None = None
    encoding: Encoding | None = None
    url: str | None = None
    hashes: tuple[str, ...] = ()
    mediatype: str | None = None
    filename: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Party:
    """One party; ``role`` is of the contact-centre extension or of older versions' ``meta``."""

    tel: str | None = None
    sip: str | None = None
    mailto: str | None = None
    name: str | None = None
    uuid: str | None = None
    type: str | None = None
    org: str | None = None
    dept: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Dialog:
    """One dialog. ``parties`` holds one entry a party, or where ``per_channel`` one a channel, empty for an unused one.

    Of the party history only the number of key presses is kept: the keys may be a card number.
    """

    type: str
    start: datetime | None = None
    duration: float | None = None
    parties: tuple[tuple[int, ...], ...] = ()
    per_channel: bool = False
    originator: int | None = None
    content: Content = field(default_factory=Content)
    disposition: str | None = None
    direction: str | None = None
    key_presses: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """One analysis and the dialogs it is of."""

    type: str
    vendor: str | None = None
    dialogs: tuple[int, ...] = ()
    product: str | None = None
    schema: str | None = None
    content: Content = field(default_factory=Content)


@dataclass(frozen=True, slots=True, repr=False)
class Attachment:
    """One attachment."""

    purpose: str | None = None
    start: datetime | None = None
    party: int | None = None
    dialog: int | None = None
    content: Content = field(default_factory=Content)


@dataclass(frozen=True, slots=True, repr=False)
class Reference:
    """The earlier version that ``redacted`` (with its ``type``) or ``amended`` names."""

    uuid: str | None = None
    type: str | None = None
    url: str | None = None
    hashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Vcon:
    """One conversation. A time without a zone stays without one; ``deviations`` names it."""

    uuid: str | None
    created_at: datetime | None
    updated_at: datetime | None = None
    subject: str | None = None
    parties: tuple[Party, ...] = ()
    dialogs: tuple[Dialog, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    extensions: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    redacted: Reference | None = None
    amended: Reference | None = None
    form: Form = Form.UNSIGNED
    signature: Signature = Signature.NONE
    deviations: tuple[Deviation, ...] = ()
