"""What the bootstrap says, in Vietnamese and English.

The message catalogues cannot serve here: they are read by libraries that the bootstrap is about to install.
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "step.venv": ("Tạo môi trường Python", "creating the Python environment"),
    "step.python": ("Cài thư viện Python", "installing Python libraries"),
    "step.node": ("Cài Node.js từ PyPI", "installing Node.js from PyPI"),
    "step.npm": ("Cài thư viện JavaScript", "installing JavaScript libraries"),
    "step.build": ("Dựng giao diện", "building the pages and the worker"),
    "step.chromium": ("Cài Chromium", "installing Chromium"),
    "step.tesseract": ("Cài Tesseract (đọc bản quét)", "installing Tesseract, which reads scans"),
    "step.seed": ("Chuẩn bị dữ liệu", "preparing the data"),
    "failed": (
        "Dừng ở bước: %(step)s. Nhật ký đầy đủ: %(log)s",
        "Stopped at: %(step)s. Full log: %(log)s",
    ),
    "why.venv": (
        "Python này thiếu mô-đun venv. Trên Debian/Ubuntu: sudo apt-get install python3-venv; rồi chạy lại.",
        "This Python has no venv module. On Debian/Ubuntu: sudo apt-get install python3-venv; then retry.",
    ),
    "why.network": (
        "Không tải được thư viện: kiểm tra mạng, proxy (HTTPS_PROXY) hoặc kho gói nội bộ"
        " (PIP_INDEX_URL, npm config set registry); rồi chạy lại, việc đã xong được giữ.",
        "Libraries could not be downloaded: check the network, the proxy (HTTPS_PROXY) or a local mirror"
        " (PIP_INDEX_URL, npm config set registry); then run again, finished steps are kept.",
    ),
    "why.other": (
        "Xem những dòng cuối của nhật ký ở trên; sửa rồi chạy lại, việc đã xong được giữ.",
        "See the last lines of the log above; mend and run again, finished steps are kept.",
    ),
    "why.disk": ("Hết chỗ trên ổ đĩa.", "No space is left on the disk."),
    "note.old_node": (
        "Node.js %(have)s quá cũ hoặc thiếu npm (cần từ bản %(want)s): dùng bản lấy từ PyPI.",
        "Node.js %(have)s is too old or lacks npm (%(want)s or newer is needed): using the one from PyPI.",
    ),
    "why.port": (
        "Cổng %(port)s đang có chương trình khác dùng. Chọn cổng khác: PORT=8001 make run",
        "Port %(port)s is in use by another program. Choose another: PORT=8001 make run",
    ),
    "why.bad_port": (
        "PORT=%(port)s không phải là số cổng (1 đến 65535).",
        "PORT=%(port)s is not a port number (1 to 65535).",
    ),
    "why.bind": (
        "Không mở được %(host)s:%(port)s (%(error)s). Chọn cổng khác: PORT=8001 make run",
        "Cannot open %(host)s:%(port)s (%(error)s). Choose another port: PORT=8001 make run",
    ),
    "why.chromium": (
        "Không có Chromium cho các bài kiểm thử hành trình. Debian/Ubuntu: sudo apt-get install chromium;"
        " nơi khác: đặt CHROMIUM=/đường/dẫn. Chỉ khi không thể cài: CONGVAN_WITHOUT_CHROMIUM=1 make test.",
        "The journey tests need Chromium. On Debian/Ubuntu: sudo apt-get install chromium;"
        " elsewhere set CHROMIUM=/its/path. Where it cannot be had: CONGVAN_WITHOUT_CHROMIUM=1 make test.",
    ),
    "note.without_chromium": (
        "Bỏ qua các hành trình trong Chromium theo CONGVAN_WITHOUT_CHROMIUM.",
        "Chromium journeys are left out, as CONGVAN_WITHOUT_CHROMIUM asks.",
    ),
    "note.without_tesseract": (
        "Không có Tesseract: bỏ qua các bài kiểm thử đọc bản quét. Debian/Ubuntu: sudo apt-get install"
        " tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd.",
        "There is no Tesseract: tests that read scans are left out. On Debian/Ubuntu: sudo apt-get install"
        " tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd.",
    ),
    "checks.failed": ("Chưa đạt: %(names)s", "Failed: %(names)s"),
    "why.unknown": (
        "Không có lệnh “%(command)s”. Các lệnh: %(commands)s",
        "There is no command “%(command)s”. Commands: %(commands)s",
    ),
    "stopped": ("Đã dừng.", "Stopped."),
}


def both(key: str, /, **values: object) -> tuple[str, str]:
    """Return the Vietnamese and the English text of `key` with `values` filled in."""
    vietnamese, english = TEXTS[key]
    return vietnamese % values, english % values
