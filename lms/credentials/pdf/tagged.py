"""A canvas that keeps a structure tree: what a screen reader reads, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFPage, PDFString
from reportlab.pdfgen.canvas import Canvas

from lms.credentials.pdf.paper import Box

# Otherwise ReportLab writes compressed pages as text, a quarter longer; it reads this nowhere else.
rl_config.useA85 = 0


@dataclass(slots=True)
class _Element:
    """One marked piece of the page; its place in the list is its marked-content number."""

    role: str
    description: str | None = None
    box: Box | None = None
    links: list[str] = field(default_factory=list)  # names of annotations


class TaggedCanvas(Canvas):  # type: ignore[misc]  # reportlab is not typed
    """One page in which everything is either tagged, in reading order, or an artifact."""

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
        self._elements: list[_Element] = []
        self.setTitle(title)
        self.setAuthor(author)
        self.setSubject(subject)
        self.setCreator("Scrutin")
        self.setViewerPreference("DisplayDocTitle", "true")
        self.setDateFormatter(lambda *_now: f"D:{made_on:%Y%m%d}000000Z")

    @contextmanager
    def tagged(
        self, role: str, *, description: str | None = None, box: Box | None = None
    ) -> Iterator[None]:
        """Mark what is drawn meanwhile as one element, after those before it."""
        number, links = len(self._elements), len(self._annotationrefs)
        self.addLiteral(f"/{role} <</MCID {number}>> BDC")
        yield
        self.addLiteral("EMC")
        drawn = [reference.name for reference in self._annotationrefs[links:]]
        self._elements.append(_Element(role, description, box, drawn))

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark what is drawn meanwhile as ornament, which nobody needs read out."""
        self.addLiteral("/Artifact BMC")
        yield
        self.addLiteral("EMC")

    def finish(self) -> bytes:
        """Close the page, write its structure tree and return the document."""
        self.showPage()
        self._add_structure_tree()
        content: bytes = self.getpdfdata()
        return content

    def _add_structure_tree(self) -> None:
        document = self._doc
        page = document.Pages.pages[0]
        root, whole = PDFDictionary(), PDFDictionary()
        root_reference = document.Reference(root, "StructureRoot")
        whole_reference = document.Reference(whole, "StructureDocument")

        kids, owners, links = [], [], []
        for number, element in enumerate(self._elements):
            item = _structure_element(element.role, whole_reference, K=number)
            item["Pg"] = document.Reference(page)
            if element.description is not None:
                item["Alt"] = PDFString(element.description)
            if element.box is not None:
                item["A"] = _layout(element.box)
            reference = document.Reference(item, f"StructureElement{number}")
            kids.append(reference)
            if element.links:
                # The paragraph holds a link, and the link holds the text and its active areas.
                link = _structure_element("Link", reference, Pg=item["Pg"])
                reference = item["K"] = document.Reference(link, f"StructureLink{number}")
                areas = []
                for name in element.links:
                    links.append(reference)
                    area = document.idToObject[name]
                    area["StructParent"] = len(links)
                    areas.append(
                        PDFDictionary({"Type": PDFName("OBJR"), "Obj": document.Reference(area)})
                    )
                link["K"] = PDFArray([number, *areas])
            owners.append(reference)

        # Which element owns what: key 0 is the page's marked content, the rest its links.
        parents = [0, PDFArray(owners)]
        for key, owner in enumerate(links, start=1):
            parents += [key, owner]
        whole.dict |= _structure_element("Document", root_reference, K=PDFArray(kids)).dict
        root.dict |= {
            "Type": PDFName("StructTreeRoot"),
            "K": whole_reference,
            "ParentTree": PDFDictionary({"Nums": PDFArray(parents)}),
            "ParentTreeNextKey": 1 + len(links),
        }
        document.Catalog.StructTreeRoot = root
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        # ReportLab's page leaves out what this list does not name.
        page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = 0
        page.Tabs = PDFName("S")


def _structure_element(role: str, parent: object, **entries: object) -> PDFDictionary:
    return PDFDictionary(
        {"Type": PDFName("StructElem"), "S": PDFName(role), "P": parent, **entries}
    )


def _layout(box: Box) -> PDFDictionary:
    """Return the attribute that says where on the page a figure is."""
    corners = [round(corner, 2) for corner in (box.x, box.y, box.right, box.top)]
    return PDFDictionary(
        {"O": PDFName("Layout"), "Placement": PDFName("Block"), "BBox": PDFArray(corners)}
    )
