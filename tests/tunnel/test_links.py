"""Share links: what is read, what is written, what is told, and what is kept quiet."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import ConfigError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.links import Link, read_links
from peppermoth.wire.pins import encode_pin

PIN = encode_pin(bytes(range(32)))
PASSWORD = "tr0ub4dor"
FIELDS = ("address", "sni", "insecure", "pin", "fingerprint", "name")
LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(
    lambda label: label[2:4] != "--"
)
NAMES = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
HOSTS = NAMES | st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(str)
SHOWABLE = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" \u200c"), max_size=30
).map(str.strip)
LINKS = st.builds(
    Link,
    password=st.text(st.characters(exclude_categories=("Cs",)), min_size=1).map(Secret),
    address=st.builds(Address, HOSTS, st.integers(1, 65535)),
    sni=st.none() | HOSTS,
    insecure=st.booleans(),
    pin=st.none() | st.binary(min_size=32, max_size=32).map(encode_pin),
    fingerprint=st.none() | st.from_regex(r"[a-z]{1,9}(:[a-z0-9.]{1,9})?", fullmatch=True),
    name=SHOWABLE,
)


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        Link.parse(text)
    return str(caught.value)


@given(LINKS)
def test_every_link_survives_a_round_trip(link):
    assert Link.parse(link.text()) == link


@given(LINKS)
def test_a_written_link_needs_no_guessing_by_other_apps(link):
    text = link.text()
    authority, _, rest = text.removeprefix("anytls://").partition("/?")
    assert text.isascii()
    assert not set(text) & set(" +\"'<>\\^`{|}")
    assert authority.count("@") == 1
    assert authority.rpartition(":")[2].rstrip("/").partition("/")[0].isdigit()
    assert "#" not in rest.partition("#")[2]


@given(LINKS)
def test_nothing_but_text_reveals_the_password(link):
    revealing = Link(Secret(PASSWORD), *[getattr(link, name) for name in FIELDS])
    told = [repr(revealing), str(revealing), *revealing.explain()]
    assert not [line for line in told if PASSWORD in line]


def test_a_link_of_another_app_is_read():
    link = Link.parse("anytls://letmein@example.com/?sni=real.example.com")
    assert link.password == Secret("letmein")
    assert link.address == Address("example.com", 443)
    assert link.server_name == "real.example.com"
    assert not link.insecure


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("anytls://p@example.com", "example.com", 443),
        ("anytls://p@EXAMPLE.com:8443?insecure=1", "example.com", 8443),
        ("ANYTLS://p@example.com./", "example.com", 443),
        ("anytls://p@[2001:DB8:0::1]:8443/#x", "2001:db8::1", 8443),
        ("anytls://p@192.0.2.1#x", "192.0.2.1", 443),
        ("anytls://p@bücher.example", "xn--bcher-kva.example", 443),
        ("anytls://p@b%C3%BCcher.example", "xn--bcher-kva.example", 443),
        ("anytls://p@faß.example", "xn--fa-hia.example", 443),
        ("anytls://p@例え.テスト:1", "xn--r8jz45g.xn--zckzah", 1),
        ("  anytls://p@example.com\n", "example.com", 443),
    ],
)
def test_servers_are_read_in_every_spelling(text, host, port):
    assert Link.parse(text).address == Address(host, port)


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("%3A%40%2F%3F%23%25", ":@/?#%"),
        ("%20", " "),
        ("%00%0A", "\0\n"),
        ("пароль", "пароль"),
        ("%D0%BF", "п"),
        ("a+b", "a+b"),
        ("!$&'()*,;=~._-", "!$&'()*,;=~._-"),
    ],
)
def test_odd_passwords_are_read_as_written(text, password):
    assert Link.parse(f"anytls://{text}@example.com").password == Secret(password)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "anytls://"),
        ("vless://p@example.com", "anytls://"),
        ("anytls:/p@example.com", "anytls://"),
        ("anytls://example.com", "no password"),
        ("anytls://@example.com", "no password"),
        ("anytls://sec/ret@example.com", "no password"),
        ("anytls://sec#ret@example.com", "no password"),
        ("anytls://sec:ret@example.com", "%3A"),
        ("anytls://sec@ret@example.com", "%40"),
        ("anytls://sec%ret@example.com", "%25"),
        ("anytls://sec%ffret@example.com", "password of the link is not UTF-8"),
        ("anytls://p@", "server name is missing"),
        ("anytls://p@:443", "server name is missing"),
        ("anytls://p@example.com:", "port"),
        ("anytls://p@example.com:0", "port"),
        ("anytls://p@example.com:65536", "port"),
        ("anytls://p@example.com:٤٤٣", "port"),
        ("anytls://p@example.com:443/path", "path"),
        ("anytls://p@2001:db8::1", "brackets"),
        ("anytls://p@[2001:db8::1", "brackets"),
        ("anytls://p@[2001:db8::1]443", "brackets"),
        ("anytls://p@[example.com]", "brackets"),
        ("anytls://p@[2001:db8::g]", "IP address"),
        ("anytls://p@[fe80::1%25eth0]", "one network only"),
        ("anytls://p@1.2.3.456", "IP address"),
        ("anytls://p@-x.example", "neither a valid name"),
        ("anytls://p@a..example", "neither a valid name"),
        ("anytls://p@a\u2488.example", "no name may have"),
        ("anytls://p@exa mple.com", "space"),
        ("anytls://p@example.com/?sni=a_b!", "'sni'"),
        ("anytls://p@example.com/?sni=a&sni=a", "'sni' twice"),
        ("anytls://p@example.com/?insecure=yes", "'insecure'"),
        ("anytls://p@example.com/?insecure=1&insecure=0", "'insecure' twice"),
        ("anytls://p@example.com/?pin=" + PIN[:-1], "'pin'"),
        ("anytls://p@example.com/?pin=" + PIN + "%3D", "'pin'"),
        ("anytls://p@example.com/?fp=a b", "space"),
        ("anytls://p@example.com/?fp=%1b[2J", "'fp'"),
        ("anytls://p@example.com/#%1b[2J", "name"),
        ("anytls://p@example.com/#%E2%80%AEevil", "name"),
        ("anytls://p@example.com/#%zz", "name"),
        ("anytls://p@example.com/#" + "x" * 5000, "longer"),
    ],
)
def test_a_bad_link_is_answered_with_the_part_that_is_wrong(text, part):
    assert part in refusal(text)


def test_a_bad_percent_code_in_the_server_is_one_sentence():
    assert refusal("anytls://p@[fe80::1%eth0]:443").count("The server of the link") == 1


@pytest.mark.parametrize(
    "text",
    [
        f"anytls://{PASSWORD}",
        f"anytls://{PASSWORD}:443",
        f"anytls://{PASSWORD}/x@example.com:443",
        f"anytls://a:{PASSWORD}@example.com",
        f"anytls://{PASSWORD}%@example.com",
        f"anytls://{PASSWORD}@exa_mple!",
        f"anytls://p@example.com/?insecure={PASSWORD}",
        f"anytls://p@example.com/?pin={PASSWORD}",
        f"{PASSWORD}://p@example.com",
    ],
)
def test_a_refusal_does_not_repeat_what_may_be_secret(text):
    assert PASSWORD not in refusal(text)


def test_unknown_parameters_are_reported_by_name_and_dropped():
    link = Link.parse(f"anytls://p@example.com/?alpn=h2&obfs={PASSWORD}&{PASSWORD}&&sni=a.example")
    told = "\n".join(link.explain())
    assert link.sni == "a.example"
    assert "alpn, obfs, [scrubbed]" in told
    assert PASSWORD not in told + link.text()


@pytest.mark.parametrize(
    ("sni", "host", "sent"),
    [
        (None, "example.com", "example.com"),
        (None, "192.0.2.1", None),
        ("a.example", "192.0.2.1", "a.example"),
        ("192.0.2.9", "example.com", None),
        ("2001:db8::1", "example.com", None),
    ],
)
def test_an_ip_address_is_never_sent_as_a_name(sni, host, sent):
    link = Link(Secret("p"), Address(host, 443), sni)
    assert link.server_name == sent
    assert link.peer == (sni or host)


@pytest.mark.parametrize(
    ("query", "said", "unsaid"),
    [
        ("", "certificate a public authority signed", "insecure=1"),
        ("insecure=1", "although the link says insecure=1", "holds the key"),
        (f"pin={PIN}", "they ignore the pin", "insecure=1"),
        (f"pin={PIN}&insecure=1", "holds the key which the link pins", "although"),
    ],
)
def test_how_the_server_is_verified_is_explained(query, said, unsaid):
    told = "\n".join(Link.parse(f"anytls://p@example.com/?{query}").explain())
    assert said in told
    assert unsaid not in told


@pytest.mark.parametrize("query", ["insecure=1", f"insecure=1&pin={PIN}"])
def test_what_insecure_means_for_other_apps_is_explained(query):
    told = "\n".join(Link.parse(f"anytls://p@example.com/?{query}").explain())
    assert "somebody who controls the line can pose as the bridge" in told


def test_names_in_other_scripts_are_explained_as_people_read_them():
    told = "\n".join(Link.parse("anytls://p@bücher.example/?sni=faß.example#رضا").explain())
    assert "bücher.example" in told
    assert "faß.example" in told
    assert "رضا" in told


@pytest.mark.parametrize("host", ["127.0.0.1", "192.168.1.4", "[fd00::1]"])
def test_an_address_of_a_private_network_is_pointed_out(host):
    assert "not on the public Internet" in "\n".join(Link.parse(f"anytls://p@{host}").explain())


TWO = "# mine\n\nanytls://a@one.example\r\n  anytls://b@two.example#x\n"


def test_links_come_from_the_argument_a_file_or_standard_input(tmp_path):
    file = tmp_path / "links"
    file.write_text(TWO)
    hosts = ["one.example", "two.example"]
    assert [link.address.host for link in read_links(f"@{file}", io.StringIO())] == hosts
    assert [link.address.host for link in read_links("-", io.StringIO(TWO))] == hosts
    assert [link.address.host for link in read_links("anytls://p@x.y", io.StringIO())] == ["x.y"]


def test_a_file_may_begin_with_the_mark_of_windows_editors(tmp_path):
    file = tmp_path / "links"
    file.write_bytes(b"\xef\xbb\xbfanytls://p@x.y\r\n")
    assert [link.address.host for link in read_links(f"@{file}", io.StringIO())] == ["x.y"]


def test_a_bad_line_of_a_file_is_named(tmp_path):
    file = tmp_path / "links"
    file.write_text("\nanytls://a@one.example\nanytls://b@\n")
    with pytest.raises(ConfigError, match=r"links, line 3: .*server name is missing"):
        read_links(f"@{file}", io.StringIO())


@pytest.mark.parametrize("content", [b"", b"\n# nothing\n", b"\xff\xfe"])
def test_a_file_without_a_link_is_refused(tmp_path, content):
    file = tmp_path / "links"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=str(file)):
        read_links(f"@{file}", io.StringIO())


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        read_links(f"@{tmp_path}/none", io.StringIO())
