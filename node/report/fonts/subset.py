#!/usr/bin/env python3
"""Makes the two font files of this folder from Debian's packages fonts-noto-cjk and unicode-data.

    pip install fonttools==4.68.0
    apt-get install fonts-noto-cjk=1:20220127+repack1-1 unicode-data
    python3 subset.py

The regular weight covers what may stand in a document: GB 2312 and the 8,105 characters of the Table of General
Standard Chinese Characters (kTGH of Unihan), which names are written with. The bold weight is for headings only.
"""
import bz2
import pathlib
import re

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).parent
NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
UNIHAN = pathlib.Path("/usr/share/unicode")
# Indices in the collections.
SIMPLIFIED_CHINESE = 2
SIMPLIFIED_CHINESE_MONO = 7

LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
SIGNS = [ord(c) for c in "−‐–—‘’“”„†‡•…‰′″‹›※€℃№™←↑→↓↔⇒∑√∞∥‖∩∪≈≠≤≥⊕◆◇■□▲△▼▽●○★☆✓αβγδεζηθικλμνξπρστυφχψωΔΣΩ"]
CHINESE_SIGNS = [*range(0x3000, 0x3018), *range(0xFF01, 0xFF5F), 0xFFE5, *range(0x2460, 0x2474)]


def gb2312(rows):
    """Unicode of every character in these rows (qu) of GB 2312."""
    for row in rows:
        for cell in range(1, 95):
            try:
                yield ord(bytes([0xA0 + row, 0xA0 + cell]).decode("gb2312"))
            except UnicodeDecodeError:
                pass


def general_standard():
    """The characters that Unihan gives the property kTGH."""
    for path in sorted(UNIHAN.glob("Unihan_*.txt.bz2")):
        for line in bz2.open(path, "rt"):
            found = re.match(r"U\+([0-9A-F]+)\tkTGH\t", line)
            if found:
                yield int(found.group(1), 16)


def make(name, weight, index, characters):
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx", "DSIG", "GDEF"]
    options.name_IDs = [0, 1, 2, 4, 5, 6, 7, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    font = TTFont(NOTO.format(weight), fontNumber=index, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(set(characters)))
    subsetter.subset(font)
    path = HERE / f"{name}.otf"
    font.save(path)
    print(path.name, path.stat().st_size, len(font.getBestCmap()))


common = [*LATIN, *SIGNS, *CHINESE_SIGNS]
make("NotoSansSC-Regular", "Regular", SIMPLIFIED_CHINESE, [*common, *gb2312(range(1, 88)), *general_standard()])
make("NotoSansSC-Bold", "Bold", SIMPLIFIED_CHINESE, [*common, *gb2312(range(16, 56))])
make("NotoSansMono-Ascii", "Regular", SIMPLIFIED_CHINESE_MONO, range(0x20, 0x7F))
