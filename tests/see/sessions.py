"""Real programs on one host of a world: what a person does there, and with whom.

The device is ``client``; ``web`` holds every service it uses, ``other`` the name
server, ``bridge`` a friend's bridge. Each session is a function that returns when what
the programs said is on the line. Whatever must not be found again holds the
word ``canary``.
"""

from __future__ import annotations

import ftplib
import hashlib
import imaplib
import poplib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from peppermoth.lab.peers.premises import Premises
from peppermoth.lab.peers.table import PEERS
from peppermoth.lab.world.authority import Authority
from peppermoth.lab.world.children import Child, eventually
from peppermoth.lab.world.names import naming
from tests.conftest import Certificate
from tests.monitor.observe.scripted import Answer, by_first_word, scripted
from tests.peers import find
from tests.see.mail_server import mail_server
from tests.see.tape import recorded
from tests.world import World
from tests.world.people import connect, friend

DEVICE, SERVER, RESOLVER, BRIDGE = HOSTS = ("client", "web", "other", "bridge")
SITE, PRIVATE_SITE = "moth.example", "private.moth.example"
SITE_MARK = "the page has run"

NGINX = """
daemon off; master_process off; error_log stderr error; pid {folder}/pid;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate {certificate.cert}; ssl_certificate_key {certificate.key};
    add_header Set-Cookie lid=canary;
    location / {{
      default_type text/html;
      return 200 "<title>canary</title><script>document.title = '{mark}'</script>";
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Stage:
    """Where sessions take place."""

    world: World
    certificate: Certificate
    directory: Path

    @property
    def server(self) -> str:
        """The IPv4 address of every service."""
        return self.world.hosts[SERVER].ipv4

    @property
    def device(self) -> str:
        """The IPv4 address of the device."""
        return self.world.hosts[DEVICE].ipv4

    def curl(self, *words: str) -> str:
        """Run curl on the device; what it printed."""
        return self.world.enter(DEVICE, find("curl"), "-sSk", "--max-time", "20", *words)

    @contextmanager
    def running(self, host: str, *argv: str | Path) -> Iterator[Child]:
        """A program that ends with the block."""
        child = self.world.start(host, *argv)
        try:
            yield child
        finally:
            child.kill()

    @contextmanager
    def scripted(self, port: int, greeting: bytes, answer: Answer) -> Iterator[None]:
        """A service for one connection."""
        with ExitStack() as stack:
            with self.world.inside(SERVER):
                stack.enter_context(scripted(greeting, answer, ("0.0.0.0", port)))
            yield


@contextmanager
def stage(world: World, certificate: Certificate, directory: Path) -> Iterator[Stage]:
    """Names and web sites are there; the device's resolver is set."""
    table = dict.fromkeys((SITE, PRIVATE_SITE), world.hosts[SERVER])
    for host in (DEVICE, BRIDGE):
        world.resolve_at(host, world.hosts[RESOLVER].ipv4)
    made = Stage(world, certificate, directory)
    settings = directory / "nginx.conf"
    settings.write_text(
        NGINX.format(folder=directory, certificate=certificate, mark=SITE_MARK), "utf-8"
    )
    nginx = (find("nginx"), "-e", "stderr", "-c", settings)
    with naming(world, RESOLVER, table), made.running(SERVER, *nginx):
        eventually(lambda: listens(made, 443))
        yield made


def record(stage: Stage, name: str, path: Path) -> None:
    """Record a session by its name."""
    with recorded(stage.world, DEVICE, path):
        globals()[name](stage)


def listens(stage: Stage, port: int) -> bool:
    """Whether the server has a service at a port."""
    return f":{port} " in stage.world.enter(SERVER, "ss", "-Hltun")


# The web


def clear_web(stage: Stage, *options: str) -> None:
    """A visit in clear: signed in, with a cookie, a form, a search and a place."""
    stage.curl(
        *options,
        *("--user", "anna:canary-password", "--cookie", "sid=canary", "--user-agent", "moth/1.0"),
        *("--data", "passwd=canary&q=canary+word", f"http://{SITE}/a/b?lat=52.51631&lon=13.37777"),
    )


def tls_1_2(stage: Stage, *options: str) -> None:
    """A visit whose certificate is sent in clear."""
    stage.curl(*options, "--tls-max", "1.2", "-b", "sid=canary", f"https://{PRIVATE_SITE}/canary")


def tls_1_3(stage: Stage, *options: str) -> None:
    """A visit whose certificate is hidden."""
    stage.curl(*options, "--tlsv1.3", "-b", "sid=canary", f"https://{PRIVATE_SITE}/canary")


def browser(stage: Stage) -> None:
    """A page in Chromium, over TLS 1.3."""
    page = stage.world.enter(
        DEVICE,
        *(find("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
        *("--disable-dev-shm-usage", "--disable-background-networking"),
        *("--disable-component-update", "--ignore-certificate-errors", "--disable-quic"),
        *(f"--user-data-dir={stage.directory / 'profile'}", "--dump-dom"),
        f"https://{PRIVATE_SITE}/canary",
    )
    assert SITE_MARK in page


# Mail and files


def mail(stage: Stage) -> None:
    """A letter is sent, and another fetched over IMAP and over POP3."""
    anna, bert = "anna.canary@moth.example", "bert.canary@wood.example"
    user, password = "anna.canary", "canary-password"
    with mail_server(stage.world, SERVER, bytes(letter(bert, anna))):
        with stage.world.inside(DEVICE):
            smtp = smtplib.SMTP(stage.server, 25, "laptop.moth.example", timeout=20)
        with smtp:
            smtp.login(user, password)
            smtp.send_message(letter(anna, bert))
        with stage.world.inside(DEVICE):
            imap = imaplib.IMAP4(stage.server, 143, 20)
        with imap:
            imap.login(user, password)
            imap.select()
            imap.fetch("1", "(RFC822)")
        with stage.world.inside(DEVICE):
            pop = poplib.POP3(stage.server, 110, 20)
        pop.user(user)
        pop.pass_(password)
        pop.retr(1)
        pop.quit()


def letter(sender: str, receiver: str) -> EmailMessage:
    """What must not be read again."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, receiver, "canary subject"
    made.set_content("canary body\n")
    return made


FTP_ANSWERS = by_first_word(
    {
        b"USER": b"331 and\r\n",
        b"PASS": b"230 in\r\n",
        b"SIZE": b"213 5\r\n",
        b"PWD": b'257 "/"\r\n',
        b"QUIT": b"221 bye\r\n",
    },
    b"200 fine\r\n",
)


def files(stage: Stage) -> None:
    """A file is asked for over FTP."""
    with stage.scripted(21, b"220 ready\r\n", FTP_ANSWERS):
        with stage.world.inside(DEVICE):
            ftp = ftplib.FTP(stage.server, "anna.canary", "canary-password", timeout=20)
        with ftp:
            ftp.size("notes.txt")


# Things and calls


def things(stage: Stage) -> None:
    """A lamp tells where it is."""
    settings = stage.directory / "mosquitto.conf"
    settings.write_text("listener 1883 0.0.0.0\nallow_anonymous true\n")
    with stage.running(SERVER, find("mosquitto"), "-c", settings):
        eventually(lambda: listens(stage, 1883))
        stage.world.enter(
            DEVICE,
            *(find("mosquitto_pub"), "-h", stage.server, "-i", "lamp-7", "-u", "anna.canary"),
            *("-P", "canary-password", "-t", "home/lamp", "-q", "1"),
            *("-m", '{"lat": 52.5163, "lon": 13.3777, "x": "canary"}'),
        )


def call(stage: Stage) -> None:
    """A call is placed over SIP."""
    sipp = find("sipp")
    with stage.running(SERVER, sipp, "-sn", "uas", "-i", stage.server, "-nostdin"):
        eventually(lambda: listens(stage, 5060))
        stage.world.enter(
            DEVICE,
            *(sipp, "-sn", "uac", "-i", stage.device, "-m", "1", "-nostdin", "-d", "10"),
            *("-s", "+15551234242", f"{stage.server}:5060"),
        )


# What protects, and shows that it does


def terminal(stage: Stage) -> None:
    """A terminal session over SSH, as far as the host's key."""
    key = stage.directory / "host.key"
    keygen = find("ssh-keygen")
    if not key.exists():
        stage.world.enter(SERVER, keygen, "-q", "-t", "ed25519", "-N", "", "-f", key)
    Path("/run/sshd").mkdir(exist_ok=True)
    options = (f"HostKey={key}", f"PidFile={stage.directory / 'sshd.pid'}", "UsePAM=no")
    words = tuple(word for option in options for word in ("-o", option))
    with stage.running(SERVER, find("sshd"), "-D", "-e", "-f", "/dev/null", *words) as sshd:
        sshd.says("Server listening")
        ssh = stage.world.start(
            DEVICE,
            *(find("ssh"), "-F", "/dev/null", "-o", "BatchMode=yes"),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            f"canary@{stage.server}",
        )
        ssh.ends()


def tor(stage: Stage) -> None:
    """Two clients of Tor look for their bridges; the net behind them is missing.

    Each link has a name made up at random, of which some are too short to be told.
    """
    for number in range(2):
        look_for_bridges(stage, stage.directory / f"tor-{number}")


def look_for_bridges(stage: Stage, directory: Path) -> None:
    """A client of Tor that has never been started meets servers that are no bridges."""
    bridges = range(9001, 9005)
    lines = [f"DataDirectory {directory}", "SocksPort 0", "UseBridges 1"]
    lines += [f"Bridge {stage.server}:{port}" for port in bridges]
    settings = directory.with_suffix(".torrc")
    settings.write_text("\n".join(lines))
    heard: list[list[object]] = []
    with ExitStack() as stack:
        for port in bridges:
            with stage.world.inside(SERVER):
                _, said = stack.enter_context(
                    scripted(b"", lambda data: b"\x15\x03\x03\0\2\2\x28", ("0.0.0.0", port))
                )
            heard.append(said)
        options = ("--defaults-torrc", "/dev/null", "--quiet")
        with stage.running(DEVICE, find("tor"), "-f", settings, *options):
            eventually(lambda: all(heard))


def openvpn(stage: Stage) -> None:
    """OpenVPN meets its server, at its own port."""
    program, certificate = find("openvpn"), stage.certificate
    der = ssl.PEM_cert_to_DER_cert(certificate.cert.read_text())
    keys = ("--cert", certificate.cert, "--key", certificate.key, "--dev", "null")
    keys += ("--peer-fingerprint", hashlib.sha256(der).digest().hex(":").upper())
    served = ("--proto", "udp", "--lport", "1194", "--tls-server", "--dh", "none")
    asked = ("--proto", "udp", "--remote", stage.server, "--nobind", "--tls-client")
    done = "Initialization Sequence Completed"
    with (
        stage.running(SERVER, program, *served, *keys) as server,
        stage.running(DEVICE, program, *asked, *keys) as client,
    ):
        client.says(done)
        server.says(done)


def wireguard(stage: Stage) -> None:
    """A visit in clear through WireGuard, which takes names too."""
    keys = Authority(stage.directory / "authority")
    premises = Premises(stage.world, stage.directory, keys)
    peer = PEERS["wireguard"]
    for name in peer.programs:
        find(name)
    peer.bridge(premises)
    peer.client(premises)
    try:
        clear_web(stage, "--ipv4")
    finally:
        premises.leave()


def own_tunnel(stage: Stage) -> None:
    """The web, a mail and a file through ``peppermoth connect``."""
    bridge = friend(stage.world, BRIDGE)
    client = connect(stage.world, bridge.link, host=DEVICE)
    try:
        minute(stage, "--proxy", "socks5h://127.0.0.1:1080")
    finally:
        client.kill()
        bridge.bridge.kill()


def minute(stage: Stage, *options: str) -> None:
    """What a person does in a minute: on the web, in clear and hidden, a mail, a file."""
    clear_web(stage, *options)
    tls_1_2(stage, *options)
    tls_1_3(stage, *options)
    anna, bert = "anna.canary@moth.example", "bert.canary@wood.example"
    user = ("--user", "anna.canary:canary-password")
    written = stage.directory / "letter"
    written.write_bytes(bytes(letter(anna, bert)))
    ends = ("--mail-from", anna, "--mail-rcpt", bert, "--upload-file", str(written))
    with mail_server(stage.world, SERVER, bytes(letter(bert, anna))):
        stage.curl(*options, *user, *ends, f"smtp://{SITE}/laptop.moth.example")
    with stage.scripted(21, b"220 ready\r\n", FTP_ANSWERS):
        stage.curl(*options, *user, "--head", f"ftp://{SITE}/notes.txt")
