"""A canvas that keeps a structure tree: what a screen reader reads, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFPage, PDFString
from reportlab.pdfgen.canvas import Canvas

from lms.credentials.pdf.motifs import Box

# Otherwise ReportLab writes compressed pages as text, a quarter longer; it reads this nowhere else.
rl_config.useA85 = 0


@dataclass(slots=True)
class _Element:
    """A piece of the document: a marked piece of a page, or a group of pieces (`number` None)."""

    role: str
    page: int = 0
    # The marked-content number on its page.
    number: int | None = None
    description: str | None = None
    attributes: dict[str, Any] | None = None
    links: list[str] = field(default_factory=list)  # names of annotations
    kids: list[_Element] = field(default_factory=list)


class TaggedCanvas(Canvas):  # type: ignore[misc]  # reportlab is not typed
    """Pages on which everything is either tagged, in reading order, or an artifact."""

    def __init__(
        self,
        pagesize: tuple[float, float],
        *,
        language: str,
        title: str,
        subject: str,
        author: str,
        made_on: date,
    ) -> None:
        # `invariant`: the same certificate gives the same bytes.
        super().__init__(
            BytesIO(),
            pagesize=pagesize,
            invariant=1,
            pageCompression=1,
            lang=language,
            pdfVersion=(1, 7),
            initialFontName="ScrutinSerif-Regular",
        )
        self._document = _Element("Document")
        self._open = [self._document]
        # How many marked pieces each page has; the last is the current one's.
        self._counts = [0]
        self.setTitle(title)
        self.setAuthor(author)
        self.setSubject(subject)
        self.setCreator("Scrutin")
        self.setViewerPreference("DisplayDocTitle", "true")
        self.setDateFormatter(lambda *_now: f"D:{made_on:%Y%m%d}000000Z")

    @contextmanager
    def tagged(
        self,
        role: str,
        *,
        description: str | None = None,
        box: Box | None = None,
        attributes: dict[str, Any] | None = None,
    ) -> Iterator[None]:
        """Mark what is drawn meanwhile as one element, after those before it; `box` is where a figure is."""
        links = len(self._annotationrefs)
        element = _Element(
            role,
            len(self._counts) - 1,
            self._counts[-1],
            description,
            _layout(box) if box else attributes,
        )
        self._counts[-1] += 1
        self.addLiteral(f"/{role} <</MCID {element.number}>> BDC")
        yield
        self.addLiteral("EMC")
        element.links = [reference.name for reference in self._annotationrefs[links:]]
        self._open[-1].kids.append(element)

    @contextmanager
    def group(self, role: str) -> Iterator[None]:
        """Gather the elements that are made meanwhile in one, which may go over several pages."""
        element = _Element(role)
        self._open[-1].kids.append(element)
        self._open.append(element)
        yield
        self._open.pop()

    @contextmanager
    def reopened(self, role: str) -> Iterator[None]:
        """Go on with the group that was the last element, if it has that role; else begin one."""
        kids = self._open[-1].kids
        if not kids or kids[-1].role != role:
            kids.append(_Element(role))
        self._open.append(kids[-1])
        yield
        self._open.pop()

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark what is drawn meanwhile as ornament, which nobody needs read out."""
        self.addLiteral("/Artifact BMC")
        yield
        self.addLiteral("EMC")

    def next_page(self) -> None:
        """Close the page and begin another."""
        self.showPage()
        self._counts.append(0)

    def finish(self) -> bytes:
        """Close the last page, write the structure tree and return the document."""
        self.showPage()
        self._add_structure_tree()
        content: bytes = self.getpdfdata()
        return content

    def _add_structure_tree(self) -> None:
        tree = _Tree(self._doc, self._counts)
        root = PDFDictionary()
        root_reference = self._doc.Reference(root, "StructureRoot")
        root.dict |= {
            "Type": PDFName("StructTreeRoot"),
            "K": tree.add(self._document, root_reference),
            "ParentTree": PDFDictionary({"Nums": tree.list_owners()}),
            "ParentTreeNextKey": len(self._counts) + len(tree.links),
        }
        self._doc.Catalog.StructTreeRoot = root
        self._doc.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        for key, page in enumerate(self._doc.Pages.pages):
            # ReportLab's page leaves out what this list does not name.
            page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents = key
            page.Tabs = PDFName("S")


class _Tree:
    """The structure elements as the document writes them, and who owns which marked content."""

    def __init__(self, document: Any, counts: list[int]) -> None:
        self._doc = document
        self._pages = document.Pages.pages
        # Page by page: the element that owns each marked piece.
        self._owners: list[list[Any]] = [[None] * count for count in counts]
        self.links: list[Any] = []
        self._made = 0

    def add(self, element: _Element, parent: Any) -> Any:
        """Write the element and those in it, and return its reference."""
        item = PDFDictionary(
            {"Type": PDFName("StructElem"), "S": PDFName(element.role), "P": parent}
        )
        reference = self._doc.Reference(item, f"StructureElement{self._made}")
        self._made += 1
        if element.description is not None:
            item["Alt"] = PDFString(element.description)
        if element.attributes is not None:
            item["A"] = PDFDictionary(element.attributes)
        if element.number is None:
            item["K"] = PDFArray([self.add(kid, reference) for kid in element.kids])
            return reference
        item["K"], item["Pg"] = element.number, self._doc.Reference(self._pages[element.page])
        owner = reference
        if element.links:
            # The paragraph holds a link, and the link holds the text and its active areas.
            owner = item["K"] = self._add_link(element, reference, item["Pg"])
        self._owners[element.page][element.number] = owner
        return reference

    def _add_link(self, element: _Element, parent: Any, page: Any) -> Any:
        link = PDFDictionary(
            {"Type": PDFName("StructElem"), "S": PDFName("Link"), "P": parent, "Pg": page}
        )
        reference = self._doc.Reference(link, f"StructureLink{self._made}")
        areas = []
        for name in element.links:
            area = self._doc.idToObject[name]
            # Pages have the first keys.
            area["StructParent"] = len(self._owners) + len(self.links)
            self.links.append(reference)
            areas.append(PDFDictionary({"Type": PDFName("OBJR"), "Obj": self._doc.Reference(area)}))
        link["K"] = PDFArray([element.number, *areas])
        return reference

    def list_owners(self) -> PDFArray:
        """Return which element owns what: first the pages' marked content, then the links."""
        numbers: list[Any] = []
        for key, owners in enumerate(self._owners):
            numbers += [key, PDFArray(owners)]
        for key, owner in enumerate(self.links, start=len(self._owners)):
            numbers += [key, owner]
        return PDFArray(numbers)


def _layout(box: Box) -> dict[str, Any]:
    """Return the attribute that says where on the page a figure is."""
    corners = [round(corner, 2) for corner in (box.x, box.y, box.right, box.top)]
    return {"O": PDFName("Layout"), "Placement": PDFName("Block"), "BBox": PDFArray(corners)}
