"""A mail server of two real programs: Exim takes letters, Dovecot hands them out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peppermoth.lab.world.children import eventually
from tests.peers import find
from tests.world import World

EXIM = """
primary_hostname = mail.moth.example
spool_directory = {folder}/spool
log_file_path = {folder}/spool/%slog
pid_file_path = {folder}/exim.pid
keep_environment =
daemon_smtp_ports = 25
auth_advertise_hosts = *
tls_advertise_hosts =
acl_smtp_rcpt = everybody
queue_only
begin acl
everybody:
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{canary-password}}}}
"""

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap pop3
listen = *
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/letters
first_valid_uid = 1
passdb {{
  driver = static
  args = password=canary-password
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/home
}}
"""

PORTS = 25, 110, 143


@contextmanager
def mail_server(world: World, host: str, letter: bytes) -> Iterator[None]:
    """Everybody with the one password may send, and finds this letter."""
    folder = Path(tempfile.mkdtemp(prefix="moth-mail-"))
    try:
        folder.chmod(0o755)  # the programs' own users come here
        settings = {"exim": EXIM, "dovecot": DOVECOT}
        for name, text in settings.items():
            (folder / name).write_text(text.format(folder=folder))
        for name in ("cur", "new", "tmp"):
            (folder / "letters" / name).mkdir(parents=True)
        (folder / "home").mkdir()
        (folder / "letters" / "cur" / "1.moth:2,").write_bytes(letter)
        (folder / "spool").mkdir()
        shutil.chown(folder / "spool", "Debian-exim", "Debian-exim")
        for path in (folder / "home", folder / "letters", *(folder / "letters").rglob("*")):
            shutil.chown(path, "mail", "mail")
        programs = (
            world.start(host, find("exim4"), "-C", folder / "exim", "-bdf"),
            world.start(host, find("dovecot"), "-F", "-c", folder / "dovecot"),
        )
        try:
            eventually(lambda: _serves(world, host))
            yield
        finally:
            for program in programs:
                program.leave()
                world.children.remove(program)
    finally:
        shutil.rmtree(folder)


def _serves(world: World, host: str) -> bool:
    listening = world.enter(host, "ss", "-Hltn")
    return all(f":{port} " in listening for port in PORTS)
