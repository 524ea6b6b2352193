"""Render the PNG icons from the SVG drawings: `python static/icons/render.py`, after a change of a drawing."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
ICONS = {
    "app-192.png": ("app.svg", 192),
    "app-512.png": ("app.svg", 512),
    "app-maskable-512.png": ("app-maskable.svg", 512),
}


def main() -> None:
    """Write every icon of the table next to its drawing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (drawing, size) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>*{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>"
                + (HERE / drawing).read_text("utf-8")
            )
            page.screenshot(path=HERE / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
