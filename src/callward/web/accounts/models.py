"""Staff and programs: who comes in, in which role, for which controller."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from callward.web.core.models import Controller, Line


class Role(models.TextChoices):
    """What a member of staff is for; every view names the roles that may use it."""

    AGENT = "agent", _("agent")
    SUPERVISOR = "supervisor", _("supervisor")
    DPO = "dpo", _("data-protection officer")
    SECURITY = "security", _("security officer")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


class UserQuerySet(models.QuerySet["User"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def for_controller(self, controller: Controller | None) -> UserQuerySet:
        return self.get_queryset().for_controller(controller)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of staff. ``username`` is a pseudonymous staff id; the name that people say is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]{1,39}$", _("Use small letters, digits, dots and dashes."))],
    )
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.AGENT)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="staff")
    sealed_name = models.BinaryField(blank=True, default=b"")
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(default=False)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        ordering = ["username"]


class ServiceAccountQuerySet(models.QuerySet["ServiceAccount"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class ServiceAccount(models.Model):
    """A program that acts here with a key: it may do what its role may, on its lines, or on all where none is named."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.SUPERVISOR)
    lines = models.ManyToManyField("core.Line", blank=True, related_name="+")
    # Held to its lines: where the last of them is deleted, it may do nothing rather than everything.
    is_held = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def allowed_lines(self) -> list[Line] | None:
        """The lines that it is held to, none of them where all were deleted; None where it may act on every line."""
        lines = list(self.lines.all())
        return lines if lines or self.is_held else None


class ApiKey(models.Model):
    """A program's key: shown once, kept as a digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(ServiceAccount, on_delete=models.CASCADE, related_name="keys")
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=4)  # how it begins, to tell one from another
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)

    def is_living(self, now: datetime) -> bool:
        """Tell whether the key opens anything."""
        return self.revoked_at is None and self.expires_at > now and self.account.ended_at is None
