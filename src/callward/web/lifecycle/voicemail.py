"""Voicemail: who is told that a message came, what of it is told, and that somebody has heard it.

A message is a call with a clock of its own. That one has come is said on Today and, where a line names a mailbox, by
mail: which line, and nothing else - no number, no name, no word. Mail goes out over TLS or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callward.web import audit
from callward.web.accounts.access import Capability, controller_of, may
from callward.web.calls.models import Call
from callward.web.core.mail import goes_out_safely
from callward.web.core.models import Controller, Line
from callward.web.core.notices import Notice
from callward.web.lifecycle.models import Message, MessageQuerySet

TOLD = "voicemail.told"
_log = logging.getLogger(__name__)


def arrived(call: Call) -> None:
    """Note a message that came in, in the transaction that takes it in."""
    if call.voicemail:
        Message.objects.create(call=call, line=call.line, controller=call.controller, arrived_at=timezone.now())


def heard(call: Call) -> None:
    """Note that somebody has opened a message: it is new to nobody any more."""
    Message.objects.filter(call=call, heard_at=None).update(heard_at=timezone.now())


def new_messages(controller: Controller) -> MessageQuerySet:
    """Return the messages that nobody has opened and that are still there to be heard."""
    messages = Message.objects.for_controller(controller).filter(heard_at=None)
    return messages.exclude(call__state=Call.State.ENDED)


def count_new(request: HttpRequest) -> int:
    """Count what is new, for those who may hear it; the rail shows it."""
    if not may(request.user, Capability.HEAR_VOICEMAIL):
        return 0
    return new_messages(controller_of(request)).count()


def notices(request: HttpRequest) -> Iterator[Notice]:
    """Say on Today that messages wait, to those who may hear them."""
    if new := count_new(request):
        yield Notice(
            what=ngettext("%(n)d new voicemail", "%(n)d new voicemails", new) % {"n": new},
            why=_("Each goes when its time is over, heard or not"),
            status="due",
            word=_("new"),
            address=reverse("lifecycle:voicemail"),
            verb=_("Listen"),
        )


def tell_by_mail() -> int:
    """Send one mail to each line's mailbox that has messages of which nobody was told; return how many went out.

    A mail that does not go out is tried again with the next run; a message that was heard meanwhile needs none.
    """
    if not goes_out_safely():
        return 0
    there = Message.objects.exclude(call__state=Call.State.ENDED).exclude(call__person__erased_at__isnull=False)
    waiting = there.filter(told_at=None, heard_at=None).exclude(line__voicemail_mailbox="")
    lines = Line.objects.filter(id__in=waiting.values("line")).select_related("controller")
    return sum(_tell(line, waiting.filter(line=line)) for line in lines)


def _tell(line: Line, messages: MessageQuerySet) -> bool:
    ids = list(messages.values_list("call_id", flat=True))
    words = _("A new message on line %(line)s.") % {"line": " ".join(line.name.split())}  # one line: it is a header
    mail = EmailMessage(
        subject=words,
        body=words + "\n" + _("Sign in to hear it.") + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[line.voicemail_mailbox],
    )
    try:
        mail.send()
    except (SMTPException, OSError):
        _log.warning("a voicemail notice of line %s did not go out; it is tried again", line.pk)
        return False
    with transaction.atomic():
        Message.objects.filter(call__in=ids).update(told_at=timezone.now())
        facts = {"messages": len(ids)}
        audit.record(TOLD, actor=audit.SYSTEM, resource=line, controller=line.controller_id, facts=facts)
    return True
