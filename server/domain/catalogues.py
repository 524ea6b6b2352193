"""The codes that official documents are described with (decree 30/2020 Articles 7 and 10, Appendix III).

Names of urgency, confidentiality and states are in the message catalogues; names of document types are terms of law and
stand here with their abbreviations, which are their codes.
"""

from __future__ import annotations

DOCUMENT_TYPES: dict[str, str] = {
    "NQ": "Nghị quyết",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "TC": "Thông cáo",
    "TB": "Thông báo",
    "HD": "Hướng dẫn",
    "CTr": "Chương trình",
    "KH": "Kế hoạch",
    "PA": "Phương án",
    "ĐA": "Đề án",
    "DA": "Dự án",
    "BC": "Báo cáo",
    "BB": "Biên bản",
    "TTr": "Tờ trình",
    "HĐ": "Hợp đồng",
    "CV": "Công văn",
    "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ",
    "BTT": "Bản thỏa thuận",
    "GUQ": "Giấy ủy quyền",
    "GM": "Giấy mời",
    "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép",
    "PG": "Phiếu gửi",
    "PC": "Phiếu chuyển",
    "PB": "Phiếu báo",
    "ThC": "Thư công",
}
"""Code (the decree's abbreviation; CV and ThC where it has none) → name of the type."""

NORMATIVE_TYPES: dict[str, str] = {
    "L": "Luật",
    "PL": "Pháp lệnh",
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch",
}
"""Kinds of legal acts that arrive like other documents; a department issues none of them."""

INCOMING_TYPES: dict[str, str] = {**DOCUMENT_TYPES, **NORMATIVE_TYPES}
"""What an incoming document may be."""

SOURCES: tuple[str, ...] = ("paper", "by_hand", "email", "exchange")
"""How a document came: by post, brought by hand, by official e-mail, through the exchange of documents (liên thông)."""
OPEN_NETWORKS = frozenset({"email", "exchange"})
"""Ways by which nothing secret travels (Law on the Protection of State Secrets 2018, Article 5)."""

URGENCIES: tuple[str, ...] = ("normal", "urgent", "very_urgent", "express")
"""Thường, Khẩn, Thượng khẩn, Hỏa tốc; least to most urgent."""

CONFIDENTIALITIES: tuple[str, ...] = ("normal", "confidential", "secret", "top_secret")
"""Thường, Mật, Tối mật, Tuyệt mật; all but the first are state secrets."""

FIELDS: dict[str, str] = {
    "cntt": "Công nghệ thông tin",
    "cds": "Chuyển đổi số",
    "attt": "An toàn thông tin",
    "bcvt": "Bưu chính, viễn thông",
    "bcxb": "Báo chí, xuất bản",
    "ttdn": "Thông tin đối ngoại, thông tin cơ sở",
    "thanh-tra": "Thanh tra, khiếu nại, tố cáo",
    "tccb": "Tổ chức, cán bộ",
    "tckt": "Tài chính, kế toán",
    "tonghop": "Tổng hợp, hành chính",
}
"""Fields of work (lĩnh vực): code → name. Every department has its own; this is the default list."""

RETENTIONS: tuple[str, ...] = ("permanent", "20_years", "10_years", "5_years")
"""How long a case file is kept (decree 30/2020 Appendix V)."""


def is_secret(confidentiality: str) -> bool:
    """Tell whether the level makes the document a state secret, which only has a bare register entry.

    Only "normal", or nothing said, is open: a level that nobody knows is a secret.
    """
    return confidentiality not in ("", "normal")
