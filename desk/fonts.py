"""Where this machine keeps a font with Japanese letters, if it has one."""

from pathlib import Path

#: The families our papers and pictures ask for, the best for older readers first.
_FAMILIES = ("BIZUDPGothic", "NotoSansCJK", "NotoSansJP", "ipaexg")
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")

MEND = "as root, apt-get install -y fonts-morisawa-bizud-gothic fonts-noto-cjk"


def japanese_font() -> Path | None:
    """The file of the first family there is, the bold one where it has one."""
    for family in _FAMILIES:
        found = sorted(file for folder in _FOLDERS for file in Path(folder).expanduser().rglob(f"{family}*"))
        if found:
            return next((file for file in found if "Bold" in file.name), found[0])
    return None
