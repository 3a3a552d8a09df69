"""Markdown: what stands in it means nothing to it, and a page is renewed between its marks."""

from __future__ import annotations

import pytest

from reports.layout.markdown import escaped, renewed

MARKS = ("<!-- begin -->", "<!-- end -->")
NASTY = "read `a|b` of http://e_ where *x* <was> [awaited]\nand then \\| came & went"


def test_a_text_means_nothing_to_markdown() -> None:
    assert escaped(NASTY) == (
        r"read \`a\|b\` of http&#58;//e\_ where \*x\* &lt;was&gt; \[awaited\]<br>and then \\\| came &amp; went"
    )  # fmt: skip


def test_the_page_is_renewed_between_its_marks() -> None:
    begin, end = MARKS
    assert renewed(f"before\n{begin}\nold\n{end}\nafter", MARKS, "new\n") == f"before\n{begin}\n\nnew\n\n{end}\nafter"
    for page in ("no marks", begin, f"{begin}{begin}{end}", f"{end}{begin}"):
        with pytest.raises(ValueError, match="has not the two marks"):
            renewed(page, MARKS, "new")
