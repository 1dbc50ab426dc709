"""Guidance is Markdown; nothing an administrator types becomes more than text, lists and links."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.guidance import REL, SCHEMES, render

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "hr"}
ATTRIBUTES = {("a", "href"), ("a", "rel"), ("a", "title"), ("ol", "start")}


class Reading(HTMLParser):
    """Which tags and attributes HTML has, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


def check_harmless(html: str) -> None:
    """Only known tags and attributes; only addresses that lead away, and tell nothing."""
    reading = Reading(html)
    assert reading.tags <= TAGS
    assert {(tag, name) for tag, name, _value in reading.attributes} <= ATTRIBUTES
    assert reading.others == []
    links = [value for tag, name, value in reading.attributes if (tag, name) == ("a", "href")]
    assert {urlsplit(link).scheme.lower() for link in links} <= SCHEMES
    assert [value for _tag, name, value in reading.attributes if name == "rel"] == [REL] * len(links)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Ask **first**", "<p>Ask <strong>first</strong></p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("1. one\n2. two", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>"),
        ("one\ntwo", "<p>one<br />\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("## Costs", "<p><strong>Costs</strong></p>"),
        ("Costs\n=====", "<p><strong>Costs</strong></p>"),
        (
            "[site](https://example.org/a?b=1&c=2)",
            f'<p><a href="https://example.org/a?b=1&amp;c=2" rel="{REL}">site</a></p>',
        ),
        (
            "<https://example.org>",
            f'<p><a href="https://example.org" rel="{REL}">https://example.org</a></p>',
        ),
        ("[call](tel:+31141414)", f'<p><a href="tel:+31141414" rel="{REL}">call</a></p>'),
        ("[write](mailto:a@example.org)", f'<p><a href="mailto:a@example.org" rel="{REL}">write</a></p>'),
        ("    four spaces", "<p>four spaces</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert render(text).strip() == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=https://example.org/x.js></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<b onmouseover=alert(1)>bold</b>",
        "<a href='javascript:alert(1)'>x</a>",
        "<style>*{display:none}</style>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<!-- --!><script>alert(1)</script> -->",
        "<!--><img src=x onerror=alert(1)-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php echo 1 ?>",
        "<!DOCTYPE html>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "- <script>\n  alert(1)\n  </script>",
        "> <div onclick=alert(1)>",
        "`<script>alert(1)</script>`",
        "```html\n<script>alert(1)</script>\n```",
        '```"onclick="alert(1)\nx\n```',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A;&#x61;vascript&colon;alert(1))",
        "[x](\x01javascript:alert(1))",
        "[x]( javascript:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
        "[x](data:image/png;base64,AAAA)",
        "[x](file:///etc/passwd)",
        "[x](//example.org/without-scheme)",
        "[x](/admin/logout/)",
        "[x](#here)",
        '[x](https://example.org/"onmouseover="alert(1))',
        "[x](https://example.org '\"onmouseover=alert(1) x=\"')",
        '[x](https://example.org "\'><script>alert(1)</script>")',
        "[x]: javascript:alert(1)\n\n[x]",
        '[x]: https://example.org "\\"><script>alert(1)</script>"\n\n[x]',
        "<javascript:alert(1)>",
        "<data:text/html,<script>alert(1)</script>>",
        "![x](https://example.org/pixel.png)",
        "![x](javascript:alert(1))",
        '![x](x" onerror="alert(1))',
        "![![x](javascript:alert(1))](javascript:alert(1))",
        "[![x](https://example.org/a.png)](https://example.org)",
        "[a [b](javascript:alert(1)) c](https://example.org)",
        "[[[[x](javascript:alert(1))](https://example.org)]]",
        "[x](https://[::1)",
        "[x](http://%)",
        "[" * 1000 + "x" + "](https://example.org)" * 40,
        "*" * 2000,
        "> " * 1000,
        "- " * 1000,
        "# <script>alert(1)</script>",
        "**<script>alert(1)</script>**",
    ],
)
def test_nothing_harmful_gets_through(text: str) -> None:
    check_harmless(render(text))


@pytest.mark.parametrize("text", ["<b>bold</b>", "<!-- note -->", "a < b & c > d"])
def test_what_looks_like_html_is_shown_as_it_was_typed(text: str) -> None:
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert render(text).strip() == f"<p>{shown}</p>"


def test_a_link_that_leads_nowhere_good_stays_text() -> None:
    assert render("[x](javascript:alert(1))").strip() == "<p>[x](javascript:alert(1))</p>"


pieces = st.sampled_from(
    [
        *"<>[]()!*_`#&;:/\\\"'-=\n\t x",
        "script",
        "javascript:",
        "https://example.org",
        "onerror=",
        "<!--",
        "-->",
    ]
)


@given(st.lists(pieces, max_size=40).map("".join) | st.text(max_size=60))
def test_no_text_at_all_breaks_it_or_gets_through(text: str) -> None:
    check_harmless(render(text))
