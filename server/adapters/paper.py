"""Gathers what was scanned or photographed into one PDF, page after page in the order given.

Pictures go in as they are (img2pdf): a JPEG is never compressed again, and is turned by how the camera was held. PDFs
are joined by pikepdf. Both read strangers' files, so they run apart (`server.adapters.apart`). The same files in the
same order give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

from server.adapters.apart import Budget, Died, run_apart
from server.domain.errors import DomainError

Kind = Literal["pdf", "jpeg", "png", "tiff"]

SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
A4 = (595.276, 841.89)
POINTS_PER_INCH = 72.0
BELIEVED_DPI = range(150, 1201)
"""What a scanner writes into a picture; a camera writes 72 or 96, and its picture is laid on a page of A4."""
LONGEST_SIDE_IN = 60.0
FIELDS_LOOKED_AT = 2000
"""Fields of a form among which a signature is looked for: a stranger's file may have a circle of them."""
MEGA = 1_000_000


class Sheet(NamedTuple):
    """One file of several: where it lies and what its owner calls it."""

    path: Path
    name: str


@dataclass(frozen=True)
class PaperLimits:
    """What gathering may cost: pages of the whole; pixels of one picture; seconds and bytes of memory in all."""

    pages: int = 2_000
    pixels: int = 80 * MEGA
    seconds: float = 60.0
    memory: int = 1024 * 1024 * 1024


def kind_of(start: bytes) -> Kind | None:
    """Tell what a file is by its first 1024 bytes; what its sender says is not believed."""
    if b"%PDF-" in start[:1024]:
        return "pdf"
    return next((kind for signature, kind in SIGNATURES if start.startswith(signature)), None)


def is_picture(stream: BinaryIO) -> bool:
    """Tell whether a stream is of a picture that can become a page; it is at its start afterwards."""
    stream.seek(0)
    found = kind_of(stream.read(1024))
    stream.seek(0)
    return found not in (None, "pdf")


def gather(sheets: Sequence[Sheet], target: Path, limits: PaperLimits | None = None) -> int:
    """Write one PDF of all sheets to `target` and return its number of pages.

    Raises DomainError with `file_name` where one file is at fault: paper_kind_unknown, paper_image_broken,
    paper_image_too_large {limit}, paper_signed, pdf_empty, pdf_broken, pdf_encrypted; else
    pdf_too_many_pages {pages, limit}, paper_too_costly.
    """
    limits = limits or PaperLimits()
    arguments = ([str(one.path) for one in sheets], str(target), limits)
    try:
        answer = run_apart(_gather_inside, arguments, Budget(limits.seconds, limits.memory))
    except Died:
        raise DomainError("paper_too_costly") from None
    if code := answer.get("code"):
        position = answer.get("position")
        named = {} if position is None else {"file_name": sheets[position].name}
        raise DomainError(code, **answer.get("details", {}), **named)
    return int(answer["pages"])


class _FileError(Exception):
    """One file cannot be taken."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def _gather_inside(paths: Sequence[str], target: str, limits: PaperLimits) -> dict[str, Any]:
    import pikepdf

    whole = pikepdf.Pdf.new()
    opened = []  # pages are copied when the whole is written: until then their own files stay open
    for position, path in enumerate(paths):
        try:
            piece = _piece(Path(path), limits)
        except _FileError as fault:
            return {"code": fault.code, "details": fault.details, "position": position}
        opened.append(piece)
        if len(whole.pages) + len(piece.pages) > limits.pages:
            pages = len(whole.pages) + len(piece.pages)
            return {"code": "pdf_too_many_pages", "details": {"pages": pages, "limit": limits.pages}}
        whole.pages.extend(piece.pages)
    whole.save(target, min_version="1.7", deterministic_id=True)
    return {"pages": len(whole.pages)}


def _piece(path: Path, limits: PaperLimits) -> Any:
    """Return one file as an open PDF."""
    import io

    import pikepdf

    with path.open("rb") as file:
        start = file.read(1024)
    if not start:
        raise _FileError("pdf_empty")
    kind = kind_of(start)
    if kind is None:
        raise _FileError("paper_kind_unknown")
    if kind != "pdf":
        return pikepdf.open(io.BytesIO(_picture_pages(path, kind, limits)))
    try:
        found = pikepdf.open(path)
    except pikepdf.PasswordError:
        raise _FileError("pdf_encrypted") from None
    except pikepdf.PdfError:
        raise _FileError("pdf_broken") from None
    if not found.pages:
        raise _FileError("pdf_broken")
    if _is_signed(found):
        # what was signed is the file, byte for byte: among others it would bear a signature that proves nothing
        raise _FileError("paper_signed")
    return found


def _is_signed(pdf: Any) -> bool:
    """Tell whether a PDF bears a digital signature: a field of that kind with a value, or one in any of its kids."""
    import pikepdf

    form = pdf.Root.get("/AcroForm")
    fields = list(form.get("/Fields", [])) if isinstance(form, pikepdf.Dictionary) else []
    for _ in range(FIELDS_LOOKED_AT):
        if not fields:
            break
        one = fields.pop(0)
        if not isinstance(one, pikepdf.Dictionary):
            continue
        if one.get("/FT") == pikepdf.Name.Sig and one.get("/V") is not None:
            return True
        fields += list(one.get("/Kids", []))
    return False


def _picture_pages(path: Path, kind: Kind, limits: PaperLimits) -> bytes:
    """Return a PDF of a picture; of a TIFF a page for each of its pictures."""
    import img2pdf

    _check_picture(path, kind, limits)
    settings = {
        "layout_fun": _laid_out,
        "rotation": img2pdf.Rotation.ifvalid,
        # a phone's JPEG may carry a second picture, of brightness only
        "first_frame_only": kind != "tiff",
        "nodate": True,
    }
    try:
        pages: bytes = img2pdf.convert(path.read_bytes(), **settings)
    except MemoryError:
        raise
    except Exception:  # transparency, strange colours: what cannot go in as it is, goes in as it looks
        pages = img2pdf.convert(_flattened(path), **settings)
    return pages


def _check_picture(path: Path, kind: Kind, limits: PaperLimits) -> None:
    """Find out that a picture is too large or broken before anything is made of it."""
    from PIL import Image, ImageSequence

    Image.MAX_IMAGE_PIXELS = None  # the limit here is our own, and is an error
    try:
        with Image.open(path, formats=["JPEG", "MPO"] if kind == "jpeg" else [kind.upper()]) as picture:
            frames = ImageSequence.Iterator(picture) if kind == "tiff" else [picture]
            for number, frame in enumerate(frames, 1):
                if frame.width * frame.height > limits.pixels:
                    raise _FileError("paper_image_too_large", limit=limits.pixels // MEGA)
                if number > limits.pages:
                    raise _FileError("pdf_too_many_pages", pages=number, limit=limits.pages)
                if kind == "jpeg":
                    # an eighth of its size tells as well whether it is whole
                    picture.draft(None, (max(1, picture.width // 8), max(1, picture.height // 8)))
                frame.load()
    except (_FileError, MemoryError):
        raise
    except Exception:
        raise _FileError("paper_image_broken") from None


def _flattened(path: Path) -> list[bytes]:
    """Return the pictures of a file as plain ones on white, turned upright."""
    import io

    from PIL import Image, ImageOps, ImageSequence

    made = []
    with Image.open(path) as picture:
        for frame in ImageSequence.Iterator(picture):
            upright = ImageOps.exif_transpose(frame).convert("RGBA")
            sheet = Image.new("RGB", upright.size, "white")
            sheet.paste(upright, mask=upright)
            out = io.BytesIO()
            sheet.save(out, "PNG", dpi=picture.info.get("dpi", (96, 96)))
            made.append(out.getvalue())
    return made


def _laid_out(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
    """Return the sizes of page and picture in points: as scanned where the scanner said so, else on A4."""
    is_believed = all(round(one) in BELIEVED_DPI for one in dpi)
    inches = [pixels / one for pixels, one in zip((width, height), dpi, strict=True)]
    if is_believed and max(inches) <= LONGEST_SIDE_IN:
        sides = inches[0] * POINTS_PER_INCH, inches[1] * POINTS_PER_INCH
        return *sides, *sides
    page = A4 if height >= width else (A4[1], A4[0])
    scale = min(page[0] / width, page[1] / height)
    return *page, width * scale, height * scale
