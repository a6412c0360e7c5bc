"""OpenSSH's server and client with keys of their own, for hosts of the world."""

from __future__ import annotations

from pathlib import Path

from peppermoth.lab.world.namespaces import World

PORT = 22


def serve_ssh(world: World, host: str, sshd: Path, directory: Path) -> None:
    """Run sshd on a host, with its files in ``directory``. Raises WorldError."""
    # sshd as root wants its empty directory, which only its service makes.
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    for key in ("host", "user"):
        world.enter(host, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory / key)
    address = world.hosts[host].ipv4
    (directory / "known").write_text(f"{address} {(directory / 'host.pub').read_text()}")
    settings = directory / "sshd_config"
    settings.write_text(
        f"HostKey {directory}/host\nAuthorizedKeysFile {directory}/user.pub\nPidFile none\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nUseDNS no\n"
        f"PermitRootLogin prohibit-password\nListenAddress 0.0.0.0:{PORT}\n"
        "PrintMotd no\nPrintLastLog no\n"
    )
    world.start(host, sshd, "-D", "-e", "-f", settings).listens(PORT)


def ssh_options(directory: Path) -> tuple[str, ...]:
    """What a client says to use the keys in ``directory``."""
    return (
        *("-F", "none", "-i", f"{directory}/user", "-o", "BatchMode=yes"),
        *("-o", f"UserKnownHostsFile={directory}/known"),
    )
