"""How the console is reached and who may watch it, as the environment says: certificate, proxies, watchers, traces.

The settings read ``transport_configured``; nothing else here is needed before Django is set up.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HERE = "127.0.0.1,::1"
_LEAST_TOKEN = 20
_TRACES = re.compile(r"https://[^/@\s]+/\S*|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?/\S*")


@dataclass(frozen=True, slots=True)
class Transport:
    """What was configured. ``certificate`` and ``key`` are PEM files of the web server itself.

    ``proxies`` are those in front whose word about caller and scheme is taken. ``address`` is where people reach the
    console and ``authority`` who is trusted there besides the system's authorities, both for ``callward doctor``.
    ``watchers`` may read faults and figures, whoever bears ``token`` the figures. ``traces`` is an OTLP endpoint.
    """

    certificate: str
    key: str
    proxies: tuple[Network, ...]
    address: str
    authority: str
    watchers: tuple[Network, ...]
    token: str
    traces: str
    logs: str

    @property
    def https(self) -> bool:
        """Whether people reach the console over TLS alone."""
        return bool(self.certificate or self.proxies)


def transport_configured(
    environment: Mapping[str, str], secret: Callable[[Path, int], str], *, behind_proxy: bool
) -> Transport:
    """Read the environment. ``secret`` reads a file of at least so many characters.

    ``behind_proxy``: a proxy on this machine speaks TLS. Raises ImproperlyConfigured.
    """

    def said(name: str, default: str = "") -> str:
        return environment.get(name, default).strip()

    certificate, key, token = (
        said("CALLWARD_TLS_CERTIFICATE"),
        said("CALLWARD_TLS_KEY"),
        said("CALLWARD_METRICS_TOKEN_FILE"),
    )
    address, traces, logs = said("CALLWARD_ADDRESS").rstrip("/"), said("CALLWARD_TRACES"), said("CALLWARD_LOGS", "text")
    if bool(certificate) != bool(key):
        raise ImproperlyConfigured("CALLWARD_TLS_CERTIFICATE and CALLWARD_TLS_KEY are given together.")
    if address and not re.fullmatch(r"https://[^/@\s]+", address):
        raise ImproperlyConfigured("CALLWARD_ADDRESS must be https:// and a host, with its port where it is not 443.")
    if traces and not _TRACES.fullmatch(traces):
        raise ImproperlyConfigured("CALLWARD_TRACES must be an https:// address; http:// on this machine only.")
    if logs not in {"text", "json"}:
        raise ImproperlyConfigured("CALLWARD_LOGS must be text or json.")
    proxies = _networks("CALLWARD_PROXIES", said("CALLWARD_PROXIES", _HERE if behind_proxy and not certificate else ""))
    if any(network.prefixlen == 0 for network in proxies):
        raise ImproperlyConfigured("CALLWARD_PROXIES must name the proxies: everybody's word is nobody's.")
    return Transport(
        certificate=certificate,
        key=key,
        proxies=proxies,
        address=address,
        authority=said("CALLWARD_ADDRESS_CA"),
        watchers=_networks("CALLWARD_WATCHERS", said("CALLWARD_WATCHERS", _HERE)),
        token=secret(Path(token), _LEAST_TOKEN) if token else "",
        traces=traces,
        logs=logs,
    )


def _networks(name: str, text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",")) if text else ()
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be addresses or networks separated by commas.") from None
