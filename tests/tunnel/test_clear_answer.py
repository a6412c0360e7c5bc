"""HTTP in clear on the TLS port: which answers of the web server pass, which are replaced."""

from __future__ import annotations

import pytest

from peppermoth.tunnel.clear_answer import ClearAnswer
from peppermoth.tunnel.site import plain_http_page

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nServer: nginx/9\r\nContent-Length: 2\r\n\r\nhi"


def clear_answer(request: bytes, answer: bytes) -> tuple[bytes, ClearAnswer]:
    clear = ClearAnswer("nginx/8")
    clear.asked(request)
    return bytes(clear.answer(answer)), clear


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "414 Request-URI Too Large", "501 Not Implemented", "505 No"]
)
def test_an_answer_about_the_requests_form_passes(status):
    answer = f"HTTP/1.1 {status}\r\nServer: nginx/9\r\n\r\n<html>".encode()
    said, clear = clear_answer(b"\0\1\2", answer)
    assert said == answer
    assert not clear.replaced
    assert clear.answer(b"more") == b"more"


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found", "405 Not Allowed", "502 Bad"])
def test_any_other_answer_is_replaced_by_the_page_of_nginx(status):
    said, clear = clear_answer(GET, f"HTTP/1.1 {status}\r\nServer: nginx/9\r\n\r\nx".encode())
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\nServer: nginx/9\r\nDate: ")
    assert head.endswith(
        b"GMT\r\nContent-Type: text/html\r\nContent-Length: 250\r\nConnection: close"
    )
    assert body == plain_http_page("nginx/9")
    assert clear.replaced
    assert clear.answer(b"more") == b""


def test_a_method_that_is_never_served_keeps_its_refusal():
    answer = b"HTTP/1.1 405 Not Allowed\r\n\r\n"
    assert clear_answer(b"TRACE / HTTP/1.1\r\n", answer)[0] == answer


def test_head_gets_no_body_and_http_0_9_nothing_else():
    assert clear_answer(b"\r\nHEAD / HTTP/1.1\r\n\r\n", OK)[0].endswith(b"\r\n\r\n")
    assert clear_answer(b"GET /\r\n", b"<h1>hi")[0] == plain_http_page("nginx/8")


@pytest.mark.parametrize("cut", range(1, OK.index(b"\r\n\r\n") + 3))
def test_a_head_that_comes_in_pieces_is_judged_as_a_whole(cut):
    clear = ClearAnswer("nginx/8")
    clear.asked(GET)
    if cut >= len(b"HTTP/"):
        assert clear.answer(OK[:cut]) == b""
        assert plain_http_page("nginx/9") in bytes(clear.answer(OK[cut:]))


@pytest.mark.parametrize("request_head", [GET, b"\r\n" + GET, b"GET / HTTP/1.1\nHost: a\n\n"])
def test_bytes_after_the_head_are_noticed_wherever_it_was_cut(request_head):
    for cut in range(1, len(request_head)):
        clear = ClearAnswer("nginx/8")
        clear.asked(request_head[:cut])
        clear.asked(request_head[cut:])
        assert not clear.more
        clear.asked(b"x")
        assert clear.more
