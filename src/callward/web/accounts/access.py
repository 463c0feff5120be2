"""Who asks, and what each role may do: the one place of both rules, until policies decide.

A view declares a capability and is denied to everybody otherwise; what a page offers asks ``may`` for the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

from callward.web.accounts.models import Role, ServiceAccount, User
from callward.web.core.models import Controller

_ATTRIBUTE = "callward_access"

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


class Capability(StrEnum):
    """What a member of staff may be able to do."""

    USE_CONSOLE = "use_console"  # today, one's own sign-in, and the proofs of one's own acts
    LIST_CALLS = "list_calls"
    LOOK_UP_CALLS = "look_up_calls"  # a call's facts and entries
    HEAR_CALLS = "hear_calls"  # its sound and words, as far as its state allows
    SEARCH_WORDS = "search_words"  # of many calls at once
    HEAR_VOICEMAIL = "hear_voicemail"  # released messages, for those who call back or answer for them
    REVIEW_CALLS = "review_calls"  # unreleased calls, and the decision on them
    OPEN_ORIGINALS = "open_originals"
    ADD_CALLS = "add_calls"
    FIND_PEOPLE = "find_people"  # and see what is kept of one, and the certificate of an erasure
    READ_PEOPLE = "read_people"  # what names them
    ERASE_PEOPLE = "erase_people"
    READ_LIFECYCLE = "read_lifecycle"  # how long what is kept, and which holds stand
    PLACE_HOLDS = "place_holds"  # on calls that one may look up
    TELL_EVENTS = "tell_events"  # when a contract ended or a matter was resolved, for what is kept from then
    ATTEST_SHARES = "attest_shares"  # that officers destroyed their shares of former root keys
    READ_ANONYMOUS = "read_anonymous"  # words that a rule kept without anybody in them
    REMOVE_ANONYMOUS = "remove_anonymous"
    RELEASE_HOLDS = "release_holds"  # and to read why they were placed
    READ_SWEEPS = "read_sweeps"  # what sweeps found, in counts
    RUN_SWEEPS = "run_sweeps"  # begin one, stop it, go on with it
    READ_FEEDS = "read_feeds"  # where calls come from, and what was refused
    READ_LEDGER = "read_ledger"
    READ_LEDGER_BUNDLES = "read_ledger_bundles"
    PROVE_ACTS_OF_OTHERS = "prove_acts_of_others"
    READ_SETTINGS = "read_settings"
    READ_LINES = "read_lines"
    CHANGE_SETTINGS = "change_settings"  # the controller, its lines, the ledger's witnesses
    CHANGE_STAFF = "change_staff"
    TEND_JOBS = "tend_jobs"  # background jobs that were given up


_READERS = frozenset({Role.DPO, Role.SECURITY, Role.AUDITOR, Role.ADMINISTRATOR})

CAN: Mapping[Capability, frozenset[Role]] = {
    Capability.USE_CONSOLE: frozenset(Role),
    Capability.LIST_CALLS: frozenset({Role.AGENT, Role.SUPERVISOR, Role.DPO, Role.AUDITOR, Role.SECURITY}),
    Capability.LOOK_UP_CALLS: frozenset({Role.AGENT, Role.SUPERVISOR, Role.DPO, Role.AUDITOR}),
    Capability.HEAR_CALLS: frozenset({Role.AGENT, Role.SUPERVISOR, Role.DPO}),
    Capability.SEARCH_WORDS: frozenset({Role.SUPERVISOR, Role.DPO}),
    Capability.HEAR_VOICEMAIL: frozenset({Role.AGENT, Role.SUPERVISOR, Role.DPO}),
    Capability.REVIEW_CALLS: frozenset({Role.SUPERVISOR, Role.DPO}),
    Capability.OPEN_ORIGINALS: frozenset({Role.SUPERVISOR, Role.DPO}),
    Capability.ADD_CALLS: frozenset({Role.SUPERVISOR, Role.DPO, Role.ADMINISTRATOR}),
    Capability.FIND_PEOPLE: frozenset({Role.SUPERVISOR, Role.DPO, Role.AUDITOR}),
    Capability.READ_PEOPLE: frozenset({Role.SUPERVISOR, Role.DPO}),
    Capability.ERASE_PEOPLE: frozenset({Role.DPO}),
    Capability.READ_LIFECYCLE: frozenset({Role.SUPERVISOR, Role.DPO, Role.AUDITOR, Role.ADMINISTRATOR}),
    Capability.PLACE_HOLDS: frozenset({Role.SUPERVISOR, Role.DPO}),
    Capability.TELL_EVENTS: frozenset({Role.SUPERVISOR, Role.DPO}),
    Capability.ATTEST_SHARES: frozenset({Role.DPO, Role.ADMINISTRATOR}),
    Capability.READ_ANONYMOUS: frozenset({Role.SUPERVISOR, Role.DPO}),
    Capability.REMOVE_ANONYMOUS: frozenset({Role.DPO}),
    Capability.RELEASE_HOLDS: frozenset({Role.DPO}),
    Capability.READ_SWEEPS: frozenset({Role.DPO, Role.SECURITY, Role.AUDITOR}),
    Capability.RUN_SWEEPS: frozenset({Role.DPO}),
    Capability.READ_FEEDS: _READERS | {Role.SUPERVISOR},
    Capability.READ_LEDGER: _READERS,
    Capability.READ_LEDGER_BUNDLES: frozenset({Role.DPO, Role.AUDITOR}),
    Capability.PROVE_ACTS_OF_OTHERS: frozenset(Role) - {Role.AGENT},
    Capability.READ_SETTINGS: _READERS,
    Capability.READ_LINES: _READERS | {Role.SUPERVISOR},
    Capability.CHANGE_SETTINGS: frozenset({Role.ADMINISTRATOR, Role.DPO}),
    Capability.CHANGE_STAFF: frozenset({Role.ADMINISTRATOR}),
    Capability.TEND_JOBS: frozenset({Role.ADMINISTRATOR}),
}


def may(user: object, capability: Capability) -> bool:
    """Whether a member of staff or a program has a capability; who is not signed in has none."""
    return isinstance(user, User | ServiceAccount) and user.role in CAN[capability]


def staff_of(request: HttpRequest) -> User:
    """The member of staff who asks; views behind ``allow`` with a capability always have one."""
    user = request.user
    assert isinstance(user, User)
    return user


def controller_of(request: HttpRequest) -> Controller:
    return staff_of(request).controller


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks for.

    ``public``: before sign-in too. ``unproven``: staff without a second factor too. ``service``: programs with a key
    and nobody else; what each may do is decided for each act.
    """

    capability: Capability | None = None
    public: bool = False
    unproven: bool = False
    service: bool = False

    def is_open_to(self, user: object) -> bool:
        return self.public or (self.capability is not None and may(user, self.capability))


_STAFF = Access(Capability.USE_CONSOLE)
_UNPROVEN = Access(Capability.USE_CONSOLE, unproven=True)
_PUBLIC = Access(public=True)

# Pages of libraries carry no declaration of ours: they are declared by their URL's name.
LIBRARY_ACCESS: Mapping[str, Access] = {
    "account_login": _PUBLIC,
    "account_logout": _PUBLIC,
    "account_inactive": _PUBLIC,
    "account_reauthenticate": _UNPROVEN,
    "account_change_password": _UNPROVEN,
    "mfa_authenticate": _PUBLIC,
    "mfa_login_webauthn": _PUBLIC,
    "mfa_reauthenticate": _STAFF,
    "mfa_reauthenticate_webauthn": _STAFF,
    "mfa_index": _STAFF,
    "mfa_activate_totp": _UNPROVEN,
    "mfa_deactivate_totp": _STAFF,
    "mfa_add_webauthn": _UNPROVEN,
    "mfa_list_webauthn": _STAFF,
    "mfa_edit_webauthn": _STAFF,
    "mfa_remove_webauthn": _STAFF,
    "mfa_view_recovery_codes": _STAFF,
    "mfa_generate_recovery_codes": _STAFF,
}


def allow(
    capability: Capability | None = None, *, public: bool = False, unproven: bool = False
) -> Callable[[_View], _View]:
    """Declare who may use a view. ``public`` stands alone; ``unproven`` opens it before the second factor is set up."""
    if public == (capability is not None):
        raise TypeError("allow: either a capability or public=True")

    def declare(view: _View) -> _View:
        setattr(view, _ATTRIBUTE, Access(capability, public=public, unproven=unproven))
        return view

    return declare


def allow_services(view: _View) -> _View:
    """Declare that programs use a view, each with its key: what it may do is decided for each act."""
    setattr(view, _ATTRIBUTE, Access(service=True))
    return view


def access_to(match: ResolverMatch) -> Access | None:
    """What is declared for the view of an address, or None: then nobody may use it."""
    declared = getattr(match.func, _ATTRIBUTE, None)
    if isinstance(declared, Access):
        return declared
    return LIBRARY_ACCESS.get(match.view_name)
