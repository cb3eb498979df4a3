"""What of WCAG 2.2 A and AA a page breaks, as axe-core finds it in a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SIZES = {"bright": (1366, 900), "dark": (390, 844)}
"""The desk by day, the phone by night: each page is looked at once in either colours and once at either width."""
_axe = Axe()


def list_violations(page: Page) -> list[str]:
    """What is wrong with the page that is open, at the desk and on the phone: a line a fault, none if all is well."""
    found: list[str] = []
    for theme, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        said = _axe.run(
            page,
            options={
                "runOnly": list(STANDARDS),
                "resultTypes": ["violations"],
                "iframes": False,
                "preload": False,
            },
        )
        found += [
            f"{page.url} {width} {theme}: {fault['help']}: {node['html']}"
            for fault in said.response["violations"]
            for node in fault["nodes"]
        ]
    return found
