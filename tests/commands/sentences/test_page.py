"""What a page says, in every form in which pages come."""

import pytest

from commands.sentences.page import Page, of_comments, of_html, of_markdown, plain

HUGO = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Pods | Kubernetes</title><style>p{}</style>
<script>const said = "Init containers run.";</script></head><body><nav><a href=/docs>Init containers</a></nav>
<aside class=td-sidebar-nav>Pod networking</aside><main><h1>Pods</h1><h2 id=resource-sharing>Resource sharing<a class=\
td-heading-self-link href=#resource-sharing aria-label="Heading self-link"></a></h2><p>Pods enable data sharing.</p>
<h3 id=pod-networking>Pod networking</h3><p>Every
<a class='glossary-tooltip' title='A lightweight, portable image.' href=/docs/containers>container</a> in a Pod shares
the network&nbsp;namespace, &ldquo;so&rdquo; it&#8217;s <strong>one</strong> <code>localhost</code>.</p><ul><li>Item
</li><li>Next</li></ul><div class="alert alert-info" role=alert><h4 class=alert-heading>Note:</h4>A Pod is
not a process.</div>
<h2 id=static-pods>Static Pods</h2><p>They are static.<footer>&copy; 2026</footer></main></body></html>"""


def under(page: Page, anchor: str) -> list[str]:
    assert page.sections is not None
    start, end = page.sections[anchor]
    return page.text[start:end].splitlines()


def test_a_page_of_html_is_read_as_a_person_reads_it() -> None:
    assert of_html(HUGO).text.splitlines() == [
        "Pods",
        "Resource sharing",
        "Pods enable data sharing.",
        "Pod networking",
        'Every container in a Pod shares the network namespace, "so" it\'s one localhost.',
        "Item",
        "Next",
        "Note:",
        "A Pod is not a process.",
        "Static Pods",
        "They are static.",
    ]


def test_under_an_anchor_stands_all_to_the_next_heading_of_its_rank() -> None:
    page = of_html(HUGO)
    assert under(page, "resource-sharing")[0] == "Resource sharing"
    assert under(page, "resource-sharing")[-1] == "A Pod is not a process."
    assert under(page, "pod-networking")[0] == "Pod networking"
    assert under(page, "static-pods") == ["Static Pods", "They are static."]
    assert page.under(page.text.index("not a process")) == "pod-networking"
    assert page.under(page.text.index("Pods")) == ""


def test_an_anchor_around_a_heading_is_its_own_and_one_in_a_text_ends_with_the_next() -> None:
    page = of_html('<div id="a"><h2>A</h2>b<h3>c</h3>d</div><p>e <span id="f">f</span></p>g<h6>h</h6>')
    assert under(page, "a") == ["A", "b", "c", "d", "e f", "g", "h"]
    assert under(page, "f") == ["e f", "g"]
    assert under(of_html("<h2 id=a>A</h2><h2 id=a>B</h2>"), "a") == ["A"]  # as browsers have it


def test_the_comments_of_go_go_on_over_their_lines() -> None:
    code = "<pre>type T struct {\n\t<span class=comment>// A count of\n\t// restarts.</span>\n}</pre>"
    assert under(of_html(f"<h4 id=T>type T</h4>{code}"), "T") == ["type T", "type T struct { A count of restarts. }"]


def test_a_page_may_send_its_reader_on() -> None:
    assert of_html('<meta http-equiv="Refresh" content="0; url=/docs/new/">').elsewhere == "/docs/new/"


MARKDOWN = """\
<!-- a comment
that goes on -->
# Title

## Sidecar containers, and "more" {#own}
One **bold** word, a [link](/docs) and a [reference][1]; ![a picture](x.png)
goes on.
> quoted

### Resources calculation, for `Pod` admission
* first item
  goes on
1. second item
```
Sum(with index < i)
# no heading
```
| a | b |
## Last ##
<b>end</b> &lt;of it&gt;
"""


def test_a_file_of_markdown_is_read_without_its_marks() -> None:
    page = of_markdown(MARKDOWN)
    assert under(page, "own") == [
        'Sidecar containers, and "more"',
        "One bold word, a link and a reference; goes on. quoted",
        "Resources calculation, for Pod admission",
        "first item goes on",
        "second item",
        "Sum(with index < i) # no heading",
        "| a | b |",
    ]
    assert under(page, "resources-calculation-for-pod-admission")[0] == "Resources calculation, for Pod admission"
    assert under(page, "last") == ["Last", "end <of it>"]
    assert under(page, "title")[-1] == "end <of it>"


def test_a_source_file_is_read_by_its_comments_and_has_no_anchors() -> None:
    page = of_comments(
        "\t// One sentence\n\t// on two lines.\n\t//\n\t// Another.\n\tReady bool\n\n/* The\n * last. */"
    )
    assert page.text.splitlines() == ["One sentence on two lines.", "Another. Ready bool", "The last."]
    assert page.sections is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the \u201ckubelet\u2019s\u201d", 'the "kubelet\'s"'),
        ("a \u2013 b\u2014c \u2011 rw-rw----", "a - b-c - rw-rw-"),
        ("10s,\u00a040s, \u2026\n\t end", "10s, 40s, ... end"),
        ("`code` **bold** _it_ \\<type>", "code bold it <type>"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
    ],
)
def test_typography_makes_no_difference(text: str, expected: str) -> None:
    assert plain(text) == expected
