"""Files and photographs become one PDF: in order, upright, not compressed again; and every way in which one is bad."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from server.adapters import paper
from server.adapters.paper import PaperLimits, Sheet, gather
from server.adapters.pdf_facts import read_pdf
from server.domain.errors import DomainError
from tests.fixtures import pdfs, pictures


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Give where the whole is to be."""
    return tmp_path / "whole.pdf"


def sheets(folder: Path, *bodies: bytes) -> list[Sheet]:
    found = []
    for number, body in enumerate(bodies, 1):
        path = folder / f"part-{number}"
        path.write_bytes(body)
        found.append(Sheet(path, f"trang {number}"))
    return found


def shown(page: Any) -> tuple[int, int]:
    """Return the sides of a page as it is seen, in whole points."""
    width, height = (round(float(one)) for one in list(page.mediabox)[2:])
    return (height, width) if page.get("/Rotate", 0) % 180 else (width, height)


def picture_in(page: Any) -> Any:
    return next(iter(page.resources.XObject.values()))


def refused(folder: Path, target: Path, *bodies: bytes, limits: PaperLimits | None = None) -> DomainError:
    with pytest.raises(DomainError) as caught:
        gather(sheets(folder, *bodies), target, limits)
    assert not target.exists()
    return caught.value


def test_pages_keep_their_order_and_jpegs_their_bytes(tmp_path: Path, target: Path) -> None:
    first, last = pictures.jpeg(mark=1), pictures.jpeg(mark=3)
    parts = (first, pdfs.simple("Trang hai", pages=2), pictures.tiff((1, 2)), pictures.png(), last)
    assert gather(sheets(tmp_path, *parts), target) == 7
    with pikepdf.open(target) as whole:
        assert picture_in(whole.pages[0]).read_raw_bytes() == first
        assert picture_in(whole.pages[6]).read_raw_bytes() == last
        assert "/CCITTFaxDecode" in str(picture_in(whole.pages[3]).Filter)
        assert float(whole.pdf_version) >= 1.4
    facts = read_pdf(target)
    assert facts.text.count("Trang hai") == 2
    assert facts.bare_pages == (1, 4, 5, 6, 7)


def test_the_same_files_give_the_same_bytes(tmp_path: Path, target: Path) -> None:
    parts = sheets(tmp_path, pictures.jpeg(), pdfs.simple())
    gather(parts, target)
    again = tmp_path / "again.pdf"
    gather(parts, again)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(target.read_bytes()).digest()
    gather(parts[::-1], again)
    assert again.read_bytes() != target.read_bytes()


def test_a_photograph_stands_upright_on_a_page_of_a4(tmp_path: Path, target: Path) -> None:
    lying = pictures.jpeg((2339, 1654), dpi=72, orientation=pictures.HELD_SIDEWAYS)
    wide = pictures.jpeg((2339, 1654), dpi=72)
    gather(sheets(tmp_path, lying, wide), target)
    with pikepdf.open(target) as whole:
        assert whole.pages[0].Rotate == 90
        assert [shown(page) for page in whole.pages] == [(595, 842), (842, 595)]
        assert picture_in(whole.pages[0]).read_raw_bytes() == lying


def test_a_scan_keeps_the_size_that_its_scanner_says(tmp_path: Path, target: Path) -> None:
    gather(sheets(tmp_path, pictures.jpeg((1169, 1654), dpi=200)), target)  # A5
    with pikepdf.open(target) as whole:
        assert shown(whole.pages[0]) == (421, 595)


def test_transparency_becomes_white_paper(tmp_path: Path, target: Path) -> None:
    gather(sheets(tmp_path, pictures.png((400, 600), mode="RGBA")), target)
    with pikepdf.open(target) as whole:
        picture = pikepdf.PdfImage(picture_in(whole.pages[0])).as_pil_image().convert("RGB")
    assert (picture.getpixel((5, 5)), picture.getpixel((200, 110))) == ((255, 255, 255), (20, 20, 20))


def test_pages_below_200_dpi_are_named(tmp_path: Path, target: Path) -> None:
    fine, coarse = pictures.jpeg(), pictures.jpeg((827, 1170), dpi=72)
    gather(sheets(tmp_path, fine, coarse, pdfs.simple()), target)
    assert read_pdf(target).coarse_pages == (2,)


def test_a_nearly_empty_last_page_of_a_letter_is_no_scan(tmp_path: Path, target: Path) -> None:
    gather(sheets(tmp_path, pdfs.simple("Noi dung " * 40), pdfs.simple("Le Van Hoa")), target)
    assert read_pdf(target).bare_pages == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (pictures.heic(), "paper_kind_unknown"),
        (pdfs.not_a_pdf(), "paper_kind_unknown"),
        (b"", "pdf_empty"),
        (pictures.jpeg()[:9000], "paper_image_broken"),
        (pictures.png()[:4000], "paper_image_broken"),
        (b"II*\x00" + b"\xff" * 60, "paper_image_broken"),
        (pictures.png_bomb(), "paper_image_too_large"),
        (pictures.huge_tiff(), "paper_image_too_large"),
        (pdfs.encrypted(), "pdf_encrypted"),
        (b"%PDF-1.7\nnothing", "pdf_broken"),
    ],
    ids=["heic", "html", "0 bytes", "cut jpeg", "cut png", "noise", "png bomb", "huge tiff", "password", "no pdf"],
)
def test_the_file_at_fault_is_named(tmp_path: Path, target: Path, body: bytes, code: str) -> None:
    error = refused(tmp_path, target, pictures.jpeg((200, 300)), body)
    assert (error.code, error.details["file_name"]) == (code, "trang 2")


def signed(folder: Path, *, value: bool = True, nested: bool = False) -> bytes:
    """Give a PDF with a field for a signature, signed or not yet."""
    path = folder / "co-chu-ky.pdf"
    path.write_bytes(pdfs.simple("Cong van da ky"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="ChuKy")
        if value:
            field.V = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=b"0" * 64)
        top = pdf.make_indirect(pikepdf.Dictionary(T="nhom", Kids=[field])) if nested else pdf.make_indirect(field)
        if nested:
            top.Kids.append(top)  # a circle, as a stranger's file may have
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[top], SigFlags=3)
        pdf.save(path)
    return path.read_bytes()


@pytest.mark.parametrize("nested", [False, True])
def test_what_bears_a_digital_signature_is_not_joined_with_anything(tmp_path: Path, target: Path, nested: bool) -> None:
    fault = refused(tmp_path, target, pictures.jpeg(), signed(tmp_path, nested=nested))
    assert (fault.code, fault.details["file_name"]) == ("paper_signed", "trang 2")
    assert gather(sheets(tmp_path, pictures.jpeg(), signed(tmp_path, value=False, nested=nested)), target) == 2


def test_too_many_pages_are_refused(tmp_path: Path, target: Path) -> None:
    limits = PaperLimits(pages=3)
    error = refused(tmp_path, target, pdfs.simple(pages=2), pictures.tiff((1, 2)), limits=limits)
    assert (error.code, error.details) == ("pdf_too_many_pages", {"pages": 4, "limit": 3})


def test_what_needs_more_memory_than_is_given_is_ended_from_outside(tmp_path: Path, target: Path) -> None:
    limits = PaperLimits(memory=400 * 1024 * 1024, pixels=10**10)
    error = refused(tmp_path, target, pictures.png_bomb(), limits=limits)
    assert error.code == "paper_too_costly"


def test_what_takes_longer_than_is_given_is_ended_from_outside(tmp_path: Path, target: Path) -> None:
    error = refused(tmp_path, target, *[pictures.png()] * 8, limits=PaperLimits(seconds=0.05))
    assert error.code == "paper_too_costly"


def test_kinds_are_told_by_content() -> None:
    bodies = {
        "pdf": pdfs.simple(),
        "jpeg": pictures.jpeg((300, 300)),
        "png": pictures.png((300, 300)),
        "tiff": pictures.tiff(),
    }
    assert [paper.kind_of(body[:1024]) for body in bodies.values()] == list(bodies)
    assert paper.kind_of(pictures.heic()) is None
