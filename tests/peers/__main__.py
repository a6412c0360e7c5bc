"""``python -m tests.peers``: install every peer that is missing, as root on Debian.

Debian starts a server when it installs one. Ours are started by tests, on
loopback, so the packages that this program adds stay down, now and after a boot.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import peers

SERVICES = {
    "dovecot-imapd": "dovecot",
    "exim4-daemon-light": "exim4",
    "haproxy": "haproxy",
    "mosquitto": "mosquitto",
    "nginx": "nginx",
    "openssh-server": "ssh",
    "openvpn": "openvpn",
    "redis-server": "redis-server",
    "shadowsocks-libev": "shadowsocks-libev",
    "tor": "tor",
    "trojan": "trojan",
    "v2ray": "v2ray",
}
"""What each package would start."""

POLICY = Path("/usr/sbin/policy-rc.d")
DENY_ALL = "#!/bin/sh\nexit 101\n"


def main() -> int:
    """Install what is missing; the exit code says whether every peer is there."""
    packages = sorted(
        {package for name, package in peers.DEBIAN_PACKAGES.items() if not peers.locate(name)}
    )
    if packages:
        install_packages(packages)
    if not peers.locate(peers.SING_BOX):
        build_sing_box()
    if not peers.axe_path().exists():
        fetch_axe()
    missing = [name for name in peers.PROGRAMS if not peers.locate(name)]
    missing += [] if peers.axe_path().exists() else ["axe-core"]
    print(f"peers missing: {', '.join(missing)}" if missing else "all peers are here")
    return 1 if missing else 0


def install_packages(packages: list[str]) -> None:
    """Install Debian packages and keep their services down; does nothing but say so elsewhere."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print(f"needs root on Debian: apt-get install {' '.join(packages)}")
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt_get = ["apt-get", "-q", "-o", "Acquire::Retries=3"]
    with services_denied():
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run([*apt_get, *arguments], env=environment, check=True)
    services = [SERVICES[package] for package in packages if package in SERVICES]
    if services and shutil.which("systemctl"):
        subprocess.run(["systemctl", "disable", *services], check=True)


@contextmanager
def services_denied() -> Iterator[None]:
    """While packages are set up, answer Debian's question whether to start a service with no."""
    kept = POLICY.with_name(f"{POLICY.name}.kept")
    if POLICY.exists():
        POLICY.rename(kept)
    try:
        POLICY.write_text(DENY_ALL)
        POLICY.chmod(0o755)
        yield
    finally:
        POLICY.unlink()
        if kept.exists():
            kept.rename(POLICY)


def build_sing_box() -> None:
    """Build the pinned sing-box with Go into the cache; does nothing but say so without Go."""
    if not shutil.which("go"):
        print("sing-box needs Go, version as in tests/peers/sing-box/go.mod")
        return
    target = peers.sing_box_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    module = "github.com/sagernet/sing-box"
    version = f"-X {module}/constant.Version={peers.sing_box_version()}"
    build = ["go", "build", "-mod=readonly", "-trimpath", "-tags=with_utls"]
    output = [f"-ldflags=-s -w {version}", "-o", str(unfinished), f"{module}/cmd/sing-box"]
    subprocess.run([*build, *output], cwd=peers.SING_BOX_SOURCE, check=True)
    unfinished.rename(target)


def fetch_axe() -> None:
    """Put the pinned axe-core into the cache; does nothing but say so without npm."""
    if not shutil.which("npm"):
        print("axe-core needs npm")
        return
    target = peers.axe_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        name = f"axe-core@{peers.AXE_VERSION}"
        subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True)
        packed = Path(folder, f"axe-core-{peers.AXE_VERSION}.tgz")
        if hashlib.sha256(packed.read_bytes()).hexdigest() != peers.AXE_SHA256:
            raise SystemExit(f"{name} is not what was pinned")
        with tarfile.open(packed) as archive:
            script = archive.extractfile("package/axe.min.js")
            if script is None:
                raise SystemExit(f"{name} holds no script")
            target.write_bytes(script.read())


if __name__ == "__main__":
    sys.exit(main())
