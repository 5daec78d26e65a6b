# SPDX-License-Identifier: GPL-2.0
"""How Sphinx renders these documents: make doc."""
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

project = "crosscall"
exclude_patterns = ["patches"]
nitpicky = True
highlight_language = "none"
html_theme = "alabaster"
html_theme_options = {"description": "calls to other CPUs, in safe Rust", "page_width": "1000px"}
html_copy_source = False
html_show_sphinx = False

PAGE = re.compile(r"(?<![\w./])(?:Documentation/)?((?:[\w-]+/)*[\w-]+)\.rst\b")
LITERAL = (nodes.literal_block, nodes.reference, addnodes.pending_xref, nodes.title)


def link_to(match, name, here):
    node = addnodes.pending_xref(
        "", refdomain="std", reftype="doc", reftarget=f"/{name}", refdoc=here, refexplicit=True, refwarn=True
    )
    node += nodes.inline(text=match[0])
    return node


def link_pages(app, tree):
    """Documents name each other as files, as the kernel's do: those become links."""
    here = app.env.docname
    for text in list(tree.findall(nodes.Text)):
        if isinstance(text.parent, LITERAL):
            continue
        parts, start = [], 0
        for match in PAGE.finditer(text):
            name = match[1]
            if name in app.env.found_docs:
                parts += [nodes.Text(text[start : match.start()]), link_to(match, name, here)]
                start = match.end()
            # That of another folder.
            elif not name.endswith("README"):
                logging.getLogger(__name__).warning("there is no page %s", match[0], location=text.parent)
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[start:])])


def setup(app):
    app.connect("doctree-read", link_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
