"""A sweep on a Dask cluster that is there already: `callward sweep ... --dask ADDRESS`.

The scheduler and its workers see ids and counts alone. What a worker needs - the same version, the databases, the
objects, the keys - is checked on each of them before the first batch is sent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings

from callward.engine.errors import Error
from callward.web.sweeps.method import detector
from callward.web.sweeps.unit import Told, fitness, is_paused, sweep_batch

_PATIENCE = "30s"
_CHECK_S = 300  # on a busy cluster, for a worker to load Callward and reach everything
_AHEAD = 4  # batches that wait at the cluster for each of its threads
_MISSING = {
    "settings": "cannot start with its settings: set CALLWARD_HOME there, and the variables of the databases",
    "detector_differs": "has another version of Callward or of its detector; install the same one",
    "database_unreachable": "cannot reach the databases: set the same CALLWARD_HOME, or addresses and secrets, as here",
    "database_differs": "reads other databases: set the same CALLWARD_HOME, or the same addresses, as here",
    "keys_unavailable": "cannot open the keys: it needs the same roots, or the same token",
    "objects_unreachable": "cannot read the sealed objects: it needs the same object store, or the same home",
}


class ClusterError(Error):
    """A cluster cannot be used.

    ``dask_missing``, ``dask_address``, ``dask_tls``, ``dask_unreachable``, ``dask_no_workers``, ``dask_worker_unfit``,
    ``dask_failed``.
    """


class Cluster:
    """A connection to a scheduler, for one sweep."""

    def __init__(self, address: str) -> None:
        """Connect. Raises ``ClusterError``."""
        distributed = _distributed()
        try:
            self._client = distributed.Client(
                address, security=_security(distributed, address), timeout=_PATIENCE, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError):
            raise ClusterError("dask_unreachable", "no Dask scheduler answers at this address") from None
        self._as_completed = distributed.as_completed

    def close(self) -> None:
        self._client.close()

    def refuse_unfit(self, sweep: UUID) -> None:
        """Raise ``ClusterError`` where there is no worker, or one that could not do a batch."""
        asked = [
            # As a task, not on the worker's event loop, where Django refuses to touch a database.
            self._client.submit(fitness, str(sweep), detector(), workers=[worker], key=_key(), pure=False)
            for worker in self._client.nthreads()
        ]
        if not asked:
            raise ClusterError("dask_no_workers", "the scheduler has no worker; start one with `dask worker`")
        unfit = [code for code in map(_answer, asked) if code]
        if unfit:
            told = _MISSING.get(unfit[0], "cannot run Callward: install it there")
            raise ClusterError("dask_worker_unfit", f"{len(unfit)} of {len(asked)} workers: each of them {told}")

    def work(self, sweep: UUID, batches: Sequence[int]) -> Iterator[Told]:
        """Do the batches, giving the counts of each as it ends; ends early when the sweep is cancelled."""
        waiting = iter(batches)
        threads = max(1, sum(self._client.nthreads().values()))
        done = self._as_completed(self._sent(sweep, waiting, threads * _AHEAD), loop=self._client.loop)
        try:
            for group in done.batches():
                for future in group:
                    told = self._result(future)
                    if is_paused(told):
                        return
                    yield told
                for future in self._sent(sweep, waiting, len(group)):
                    done.add(future)
        finally:
            self._client.cancel(list(done.futures), force=True)

    def _sent(self, sweep: UUID, waiting: Iterator[int], most: int) -> list[Any]:
        return [
            # Workers may join while it runs, whom nobody has checked: each batch says what must search it.
            self._client.submit(sweep_batch, str(sweep), number, detector(), key=_key(), pure=False, retries=2)
            for _, number in zip(range(most), waiting, strict=False)
        ]

    def _result(self, future: Any) -> Told:
        try:
            told: Told = future.result()
        except Exception as fault:  # noqa: BLE001 - whatever a worker raised comes out here
            detail = fault.code if isinstance(fault, Error) else type(fault).__name__
            raise ClusterError(
                "dask_failed", f"a batch failed on a worker ({detail}); `callward sweep resume` goes on"
            ) from None
        return told


def _key() -> str:
    """Name a task so that the scheduler never answers with the result of an earlier one."""
    return f"callward-{uuid4().hex}"


def _answer(future: Any) -> str:
    """Say what a worker lacks; whatever it raised means that Callward does not run there."""
    try:
        return str(future.result(_CHECK_S))
    except Exception:  # noqa: BLE001 - a worker raises what it likes: a missing module, a lost connection
        return "missing"


def _distributed() -> Any:
    try:
        import distributed
    except ModuleNotFoundError:
        raise ClusterError("dask_missing", "a Dask cluster needs the extra: pip install 'callward[dask]'") from None
    return distributed


def _security(distributed: Any, address: str) -> Any:
    """TLS with certificates on both sides, unless everything stays on this machine."""
    url = urlsplit(address)
    if url.scheme not in {"tcp", "tls"} or not url.hostname or not url.port:
        raise ClusterError("dask_address", "an address is tls://host:port, or tcp://127.0.0.1:port on this machine")
    if url.scheme == "tcp":
        if not _stays_here(url.hostname):
            raise ClusterError("dask_tls", "a scheduler on another machine must speak TLS: its address is tls://...")
        return None
    files = (settings.DASK_CA_FILE, settings.DASK_CERT_FILE, settings.DASK_KEY_FILE)
    if not all(files):
        raise ClusterError(
            "dask_tls", "TLS needs CALLWARD_DASK_CA_FILE, CALLWARD_DASK_CERT_FILE and CALLWARD_DASK_KEY_FILE"
        )
    authority, certificate, key = files
    return distributed.security.Security(
        require_encryption=True, tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key
    )


def _stays_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
