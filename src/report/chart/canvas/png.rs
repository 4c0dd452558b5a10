//! Charts as PNG: the SVG is drawn by resvg with the embedded font, to the same bytes everywhere.
//!
//! It is behind the feature `png`, which is on unless it is turned off: resvg is a quarter of the
//! program.

#[cfg(feature = "png")]
mod chunks;
#[cfg(feature = "png")]
mod palette;
#[cfg(feature = "png")]
mod render;

/// The most that a picture may measure, in pixels a side before it is scaled, and in pixels in all
/// after it.
const MOST_SIDE: u32 = 4_096;
const MOST_PIXELS: u64 = 8_192 * 8_192;
/// The most pixels that one pixel of the picture may become, to the right and down.
const MOST_SCALE: u32 = 4;

/// Why there is no PNG of a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PngError {
    #[error("a PNG at scale {0}: the scale is a whole number from 1 to {MOST_SCALE}")]
    Scale(u32),
    #[error(
        "a PNG of {width} × {height} pixels at scale {scale} is too large: it may have \
         {MOST_SIDE} pixels a side before it is scaled, and {MOST_PIXELS} pixels in all; draw it \
         smaller, or at a lower scale"
    )]
    TooLarge { width: u32, height: u32, scale: u32 },
    #[error("a picture that cannot be drawn: {0}")]
    Svg(String),
    #[error("a PNG that cannot be written: {0}")]
    Encoding(String),
    #[error(
        "this rollcast cannot write PNG files: it was built without the feature `png`; write \
         SVG, or build with `cargo install rollcast --features png`"
    )]
    NotBuilt,
}

/// The SVG document as a PNG. Each of its pixels becomes `scale` × `scale` pixels, of 1 to 4.
/// `facts` are written into it as text, each with a keyword of 1 to 79 Latin letters, as `Title`,
/// `Description`, `Software` or `Source`.
///
/// Without the feature `png` it is [`PngError::NotBuilt`].
pub fn png(svg: &str, scale: u32, facts: &[(&str, String)]) -> Result<Vec<u8>, PngError> {
    if !(1..=MOST_SCALE).contains(&scale) {
        return Err(PngError::Scale(scale));
    }
    encoded(svg, scale, facts)
}

#[cfg(feature = "png")]
fn encoded(svg: &str, scale: u32, facts: &[(&str, String)]) -> Result<Vec<u8>, PngError> {
    let image = render::render(svg, scale)?;
    chunks::encode(&image, scale, facts)
}

#[cfg(not(feature = "png"))]
fn encoded(_: &str, _: u32, _: &[(&str, String)]) -> Result<Vec<u8>, PngError> {
    Err(PngError::NotBuilt)
}

#[cfg(test)]
mod tests;
