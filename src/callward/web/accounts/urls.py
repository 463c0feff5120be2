"""Addresses of sign-in and settings. The sign-in library's pages are named one by one: what is absent is closed."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from callward.web.accounts import entrance, services_pages, settings_pages, staff

urlpatterns = [
    path("sign-in/", entrance.sign_in, name="account_login"),
    path("sign-in/as/", entrance.sign_in_as, name="sign_in_as"),
    path("sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/ended/", account.account_inactive, name="account_inactive"),
    path("sign-out/", account.logout, name="account_logout"),
    path("start/", entrance.set_up, name="first_run"),
    path("preferences/", entrance.preferences, name="preferences"),
    path("my/second-factor/", entrance.second_factor, name="second_factor"),
    path("my/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("my/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("my/confirm/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    # In one transaction with its entry: the library saves first and tells of it afterwards.
    path("my/password/", entrance.change_password, name="account_change_password"),
    path("my/sign-in/", mfa.index, name="mfa_index"),
    path("my/sign-in/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("my/sign-in/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("my/sign-in/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("my/sign-in/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("my/sign-in/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("my/sign-in/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("my/sign-in/passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("my/sign-in/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("settings/", settings_pages.index, name="settings"),
    path("settings/controller/", settings_pages.controller_settings, name="controller_settings"),
    path("settings/lines/", settings_pages.lines, name="lines"),
    path("settings/lines/add/", settings_pages.add_line, name="line_add"),
    path("settings/lines/<uuid:line_id>/", settings_pages.edit_line, name="line_edit"),
    path("settings/staff/", staff.staff, name="staff"),
    path("settings/staff/add/", staff.add_member, name="staff_add"),
    path("settings/staff/<uuid:user_id>/", staff.member, name="staff_member"),
    path("settings/staff/<uuid:user_id>/end/", staff.end_access, name="staff_end"),
    path("settings/staff/<uuid:user_id>/return/", staff.give_access_again, name="staff_return"),
    path("settings/staff/<uuid:user_id>/reset/", staff.reset_sign_in, name="staff_reset"),
    path("settings/programs/", services_pages.services_list, name="services"),
    path("settings/programs/add/", services_pages.add_service, name="service_add"),
    path("settings/programs/<uuid:service_id>/", services_pages.service, name="service"),
    path("settings/programs/<uuid:service_id>/end/", services_pages.end_service, name="service_end"),
    path("settings/programs/keys/<uuid:key_id>/revoke/", services_pages.revoke_key, name="service_key_revoke"),
]
