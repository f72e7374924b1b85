"""Files that are small and swell, nest without end or are simply far too much, and one that is only long."""

from __future__ import annotations

import io
import zipfile

from make_pdf import Text, flate_bomb, make_pdf

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def archive(**members):
    """Return a ZIP archive of members, packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def docx(body):
    """Return a Word file with this body."""
    return archive(**{"word/document.xml": f"<w:document xmlns:w='{_W}'><w:body>{body}</w:body></w:document>"})


def lying_docx(size):
    """Return a Word file whose archive says that its part is small."""
    content = bytearray(docx("<w:p><w:r><w:t>" + "a" * size + "</w:t></w:r></w:p>"))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        true = file.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    while (place := content.find(true)) >= 0:
        content[place : place + 4] = (1000).to_bytes(4, "little")
    return bytes(content)


def laughs():
    """Return a Word file of nested entities."""
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    return archive(
        **{
            "word/document.xml": f"<!DOCTYPE d [<!ENTITY a0 'ha'>{entities}]>"
            f"<w:document xmlns:w='{_W}'><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
        }
    )


def bombs():
    """Return each bomb by the name of a file."""
    return {
        "flate.pdf": flate_bomb(1 << 30),
        "pages.pdf": make_pdf().replace(b"/Kids [] /Count 0", b"/Kids [2 0 R 2 0 R] /Count 2000000"),
        "arrays.pdf": make_pdf(b"[" * 1_000_000),
        "zip.docx": docx("<w:p><w:r><w:t>" + "a" * 60_000_000 + "</w:t></w:r></w:p>"),
        "lying.docx": lying_docx(5_000_000),
        "laughs.docx": laughs(),
        "parts.docx": archive(**{f"word/{n}.xml": "" for n in range(20_000)}, **{"word/document.xml": "<a/>"}),
        "nested.docx": docx("<w:sdt>" * 100_000),
        "nested.html": b"<html><body>" + b"<div>" * 200_000 + b"deep",
        "formatting.html": b"<html><body>" + b"<b><i><a>" * 20_000 + b"<p>deep",
        "attributes.html": b"<html><body><p " + b" ".join(b'a%d="1"' % n for n in range(200_000)) + b">text",
        "nested.rtf": b"{\\rtf1 " + b"{" * 200_000 + b"deep",
        "nested.md": b"> " * 20_000 + b"deep",
        "nested.jsonl": b'{"_id": "1", "text": "x", "metadata": ' + b"[" * 500_000,
        "paragraphs.txt": b"A short paragraph.\n\n" * 500_000,
        "line.txt": b"a word " * 3_000_000,
        "cell.csv": b"a,b\n" + b"x" * 20_000_000,
    }


def long_pdf(pages):
    """Return a sound PDF of many short pages."""
    every = range(1, pages + 1)
    return make_pdf(*([Text(72, 400, f"On page {n} the commission met."), Text(300, 30, f"{n}")] for n in every))
