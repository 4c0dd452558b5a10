//! How much room a text takes, by the metrics of the embedded font, DejaVu Sans.
//!
//! Whoever opens an SVG may have another font. DejaVu Sans is wider than what browsers usually
//! take for `sans-serif` (Arial, Helvetica, Segoe UI, Roboto), so what fits with it fits with them;
//! only words in capital letters alone can be wider in Arial, by a tenth at most.
//! A PNG is drawn with this font itself.
//!
//! All numbers are whole: pixels, and font units, of which there are 2,048 to the font size. The
//! license of the font is in `LICENSE-DEJAVU`.

use std::sync::LazyLock;

use skrifa::charmap::Charmap;
use skrifa::raw::TableProvider as _;
use skrifa::raw::tables::hmtx::Hmtx;
use skrifa::{FontRef, GlyphId};

/// How heavy the letters of a text are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// `font-weight: 400`.
    Regular,
    /// `font-weight: 600`, for which most fonts have a bold face only.
    SemiBold,
}

/// What stands where a text was cut.
const ELLIPSIS: &str = "…";

/// The room for a character that the font has no glyph for, in hundredths of the font size: wider
/// than the emoji and the Chinese characters of the usual fonts.
const FOREIGN: i64 = 140;

/// A face of the embedded font.
struct Face {
    characters: Charmap<'static>,
    advances: Hmtx<'static>,
    /// Font units to the font size.
    units: i64,
    /// From the baseline up and down, in font units.
    ascent: i64,
    descent: i64,
}

static REGULAR: LazyLock<Face> = LazyLock::new(|| Face::new(dejavu::sans::regular()));
static BOLD: LazyLock<Face> = LazyLock::new(|| Face::new(dejavu::sans::bold()));

/// How wide `text` is, in pixels, rounded up. `size` is the font size in pixels. Pairs of letters
/// that the font moves together count in full, so this is an upper bound.
pub fn text_width(text: &str, size: i32, weight: Weight) -> i32 {
    let face = face(weight);
    face.pixels(text.chars().map(|it| face.width(it)).fold(0, i64::saturating_add), size)
}

/// `text`, cut so that it is at most `width` pixels wide, with an ellipsis where something was cut.
/// Where not even that fits, it is the ellipsis alone.
pub(in crate::report::chart) fn fitted(
    text: &str,
    size: i32,
    weight: Weight,
    width: i32,
) -> String {
    let face = face(weight);
    let ellipsis: i64 = ELLIPSIS.chars().map(|it| face.width(it)).sum();
    let (mut units, mut short) = (0_i64, 0);
    for (start, character) in text.char_indices() {
        units = units.saturating_add(face.width(character));
        if face.pixels(units, size) > width {
            return text[..short].trim_end().to_owned() + ELLIPSIS;
        }
        if face.pixels(units.saturating_add(ellipsis), size) <= width {
            short = start + character.len_utf8();
        }
    }
    text.to_owned()
}

/// How far letters of this size reach above the baseline, in pixels, rounded up.
pub fn ascent(size: i32) -> i32 {
    REGULAR.pixels(REGULAR.ascent, size)
}

/// How far letters of this size reach below the baseline, in pixels, rounded up.
pub fn descent(size: i32) -> i32 {
    REGULAR.pixels(REGULAR.descent, size)
}

fn face(weight: Weight) -> &'static Face {
    match weight {
        Weight::Regular => &REGULAR,
        Weight::SemiBold => &BOLD,
    }
}

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        let font = FontRef::new(bytes).expect("the embedded font is a font");
        let os2 = font.os2().expect("the embedded font has an OS/2 table");
        let head = font.head().expect("the embedded font has a head table");
        Self {
            characters: Charmap::new(&font),
            advances: font.hmtx().expect("the embedded font has advance widths"),
            units: head.units_per_em().into(),
            ascent: os2.s_typo_ascender().into(),
            descent: -i64::from(os2.s_typo_descender()),
        }
    }

    /// The advance width of a character, in font units.
    fn width(&self, character: char) -> i64 {
        let glyph = self.characters.map(character).filter(|&it| it != GlyphId::NOTDEF);
        let advance = glyph.and_then(|it| self.advances.advance(it));
        advance.map_or(self.units * FOREIGN / 100, i64::from)
    }

    /// Font units as pixels of a text of this size, rounded up.
    fn pixels(&self, units: i64, size: i32) -> i32 {
        let scaled = units.saturating_mul(size.into());
        let up = scaled.saturating_add(self.units - 1).div_euclid(self.units);
        i32::try_from(up).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // Of 2,048 units DejaVu Sans has 1303 for a digit, 569 for an i, 1995 for an m.
        let check = |text: &str, size, weight, expected| {
            assert_eq!(text_width(text, size, weight), expected, "{text}");
        };
        check("", 12, Weight::Regular, 0);
        check("0", 2048, Weight::Regular, 1303);
        check("im", 2048, Weight::Regular, 569 + 1995);
        check("00", 12, Weight::Regular, (2 * 1303 * 12_i32 + 2047) / 2048);
        check("0", 2048, Weight::SemiBold, 1425);
        check("🚀", 100, Weight::Regular, 140);
        assert_eq!((ascent(2048), descent(2048)), (1556, 492));
        assert_eq!(text_width("mm", i32::MAX, Weight::Regular), i32::MAX);
    }

    #[test]
    fn long_texts_are_cut() {
        let check = |text: &str, width, expected: &str| {
            let short = fitted(text, 12, Weight::Regular, width);
            assert_eq!(short, expected);
            assert!(text_width(&short, 12, Weight::Regular) <= width || short == ELLIPSIS);
        };
        check("set image", 200, "set image");
        check("set image agent=v2", 90, "set image a…");
        check("set image agent=v2", 72, "set image…");
        check("🚀🚀🚀", 1, "…");
        check("", 0, "");
        let exact = text_width("nodes", 12, Weight::Regular);
        check("nodes", exact, "nodes");
        check("nodes", exact - 1, "nod…");
    }
}
