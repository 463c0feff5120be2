"""A token in software, SoftHSM 2, for the tests that keep roots on one; import the fixture where it is used."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm.so")


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings that name a fresh token; the library reads its configuration once in a process."""
    library = next((path for path in _LIBRARIES if Path(path).exists()), None)
    if library is None or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    (folder / "pin").write_text("8041\n")
    (folder / "pin").chmod(0o600)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        command = [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "callward",
            "--so-pin",
            "8042",
            "--pin",
            "8041",
        ]
        subprocess.run(command, check=True, capture_output=True)
        yield {
            "KEY_PROVIDER": "pkcs11",
            "PKCS11_MODULE": library,
            "PKCS11_TOKEN": "callward",
            "PKCS11_PIN_FILE": str(folder / "pin"),
        }
