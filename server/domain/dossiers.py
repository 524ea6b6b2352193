"""Whether what arrives is a dossier of an administrative procedure, which the one-stop shop receives (Article 7).

Such a dossier may not go the way of an ordinary document. Only words can tell: a request for a licence, a certificate,
a declaration. Documents *about* procedures (reports, reviews, announcements) are ordinary ones.
"""

from __future__ import annotations

import re
import unicodedata

_PAPERS = r"(giấy phép|giấy chứng nhận|giấy xác nhận|giấy đăng ký|chứng chỉ|thẻ nhà báo|văn bản xác nhận|phép)"
_GRANTS = r"(cấp|gia hạn|đổi|điều chỉnh|sửa đổi|bổ sung|công nhận)"
_MORE = r"(,| và| hoặc| lại| đổi| mới| gia hạn| điều chỉnh| sửa đổi| bổ sung| nội dung| thông tin)*"
_ASKS = (
    rf"\b(đề nghị|xin|hồ sơ|đơn)( xin| đề nghị| đăng ký)*( được)? {_GRANTS}{_MORE} {_PAPERS}\b",
    r"\bđơn (đề nghị|xin) (cấp|gia hạn|đổi|chấp thuận|công nhận|xác nhận|đăng ký)\b",
    r"\btờ khai (đăng ký|đề nghị|cấp|xin)\b",
    r"^(nộp |gửi |chuyển |tiếp nhận )?hồ sơ (giải quyết )?(thủ tục hành chính|tthc)\b",
)
_ASKING = re.compile("|".join(_ASKS))
_ABOUT = re.compile(
    r"\b(báo cáo|rà soát|kiểm soát|công bố|cải cách|hướng dẫn|kế hoạch|thống kê|tổng hợp|tập huấn|thanh tra|"
    r"quyết định|quy định|quy trình|thông báo|tuyên truyền|dự thảo)\b"
)
_PREFIX = re.compile(r"^(v\s?/\s?v|về việc)\s*:?\s*")


def is_dossier(*subjects: str) -> bool:
    """Tell whether one of a document's subjects reads like a request that the one-stop shop should have received."""
    return any(_asks(subject) for subject in subjects)


def _asks(subject: str) -> bool:
    text = _PREFIX.sub("", " ".join(unicodedata.normalize("NFC", subject).lower().split()))
    found = _ASKING.search(text)
    return bool(found) and not _ABOUT.search(text[: found.start()] if found else text)
