"""A working file's XML, changed as office programs change it: by their tracked changes, comments and bookmarks."""

from __future__ import annotations

import io
import zipfile

from docx.oxml.ns import nsdecls, qn
from lxml import etree

from barometer.publication.word_out import mark_name

W = nsdecls("w")


class Editing:
    """The working file's XML, changed as an office program changes it."""

    def __init__(self, data, file):
        self.file = file
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            self.parts = {name: old.read(name) for name in old.namelist()}
        self.root = etree.fromstring(self.parts["word/document.xml"])
        self.comments = []

    def paragraph(self, key):
        """The paragraph in which the mark of a text begins."""
        (start,) = [
            one
            for one in self.root.iter(qn("w:bookmarkStart"))
            if one.get(qn("w:name")) == mark_name(key, self.file)
        ]
        return start.getparent()

    def change(self, key, old, new, *, by="Editor", word=True):
        """Replace words with tracked changes: Word parts runs by its rsids, marks spelling, and repeats properties."""
        p = self.paragraph(key)
        (t,) = [one for one in p.iter(qn("w:t")) if old in (one.text or "")]
        run, (before, after) = t.getparent(), t.text.split(old)
        rsid, proof = (
            (' w:rsidR="00A1B2C3" w:rsidRPr="00D4E5F6"', '<w:proofErr w:type="spellStart"/>')
            if word
            else ("", '<w:bookmarkStart w:id="991" w:name="_GoBack"/><w:bookmarkEnd w:id="991"/>')
        )
        half = len(old) // 2
        self.instead(run, (
            f'<w:r{rsid}><w:t xml:space="preserve">{before}</w:t></w:r>{proof}'
            f'<w:del w:id="901" w:author="{by}" w:date="2031-04-03T10:00:00Z"><w:r{rsid}><w:rPr><w:lang w:val="en-US"/></w:rPr>'
            f'<w:delText xml:space="preserve">{old[:half]}</w:delText></w:r><w:r><w:delText xml:space="preserve">{old[half:]}</w:delText></w:r></w:del>'
            f'<w:ins w:id="902" w:author="{by}" w:date="2031-04-03T10:00:00Z"><w:r{rsid}><w:rPr><w:rPrChange w:id="903" w:author="{by}" w:date="2031-04-03T10:00:00Z"><w:rPr><w:b/></w:rPr></w:rPrChange></w:rPr><w:t>{new}</w:t></w:r></w:ins>'
            f'<w:r><w:t xml:space="preserve">{after}</w:t></w:r>'
        ))  # fmt: skip

    def instead(self, element, xml):
        made = etree.fromstring(f"<x {W}>{xml}</x>")
        for one in reversed(made):
            element.addnext(one)
        element.getparent().remove(element)

    def delete(self, key, *, by="Editor"):
        """A whole paragraph deleted with tracked changes."""
        p = self.paragraph(key)
        attributes = f'w:author="{by}" w:date="2031-04-03T10:05:00Z"'
        for run in list(p.iter(qn("w:r"))):
            for t in run.iter(qn("w:t")):
                t.tag = qn("w:delText")
            gone = etree.fromstring(f'<w:del {W} w:id="910" {attributes}/>')
            run.addprevious(gone)
            gone.append(run)
        mark = etree.fromstring(f'<w:rPr {W}><w:del w:id="911" {attributes}/></w:rPr>')
        p.find(qn("w:pPr")).append(mark)

    def comment(self, key, words, *, by="Lawyer"):
        """A comment on the first run of a text."""
        number = str(len(self.comments))
        self.comments.append(
            f'<w:comment w:id="{number}" w:author="{by}" w:date="2031-04-03T11:00:00Z" w:initials="L"><w:p><w:r><w:annotationRef/></w:r>'
            f"<w:r><w:t>{words}</w:t></w:r></w:p></w:comment>"
        )
        run = next(self.paragraph(key).iter(qn("w:r")))
        run.addprevious(etree.fromstring(f'<w:commentRangeStart {W} w:id="{number}"/>'))
        run.addnext(etree.fromstring(f'<w:r {W}><w:commentReference w:id="{number}"/></w:r>'))
        run.addnext(etree.fromstring(f'<w:commentRangeEnd {W} w:id="{number}"/>'))

    def saved(self):
        parts = {**self.parts, "word/document.xml": etree.tostring(self.root)}
        if self.comments:
            parts["word/comments.xml"] = f"<w:comments {W}>{''.join(self.comments)}</w:comments>".encode()
            parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
                b"</Types>",
                b'<Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"/></Types>',
            )
            parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
                b"</Relationships>",
                b'<Relationship Id="rIdC" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="comments.xml"/></Relationships>',
            )
        return zipped(parts)


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()
