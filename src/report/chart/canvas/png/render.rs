//! From an SVG document to pixels.
//!
//! resvg is given the embedded font and nothing else, so no font of the machine is used. Which
//! instructions its rasterizer uses is decided when it is built, never at run time, and it has
//! approximate ones only for gradients and blend modes, which no chart has.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

use crate::report::chart::canvas::png::{MOST_PIXELS, MOST_SIDE, PngError};

/// The name that the embedded font has.
const FAMILY: &str = "DejaVu Sans";

/// Red, green and blue of each pixel, row by row from the top.
pub(super) struct Image {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgb: Vec<u8>,
}

/// The embedded font, whatever family a text asks for.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for face in [dejavu::sans::regular(), dejavu::sans::bold()] {
        fonts.load_font_source(Source::Binary(Arc::new(face)));
    }
    fonts.set_sans_serif_family(FAMILY);
    fonts.set_serif_family(FAMILY);
    fonts.set_monospace_family(FAMILY);
    fonts.set_cursive_family(FAMILY);
    fonts.set_fantasy_family(FAMILY);
    Arc::new(fonts)
});

/// The picture, on white where it leaves the ground open.
pub(super) fn render(svg: &str, scale: u32) -> Result<Image, PngError> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size();
    let mut pixels = canvas((size.width(), size.height()), scale)?;
    let times = f32::from(u16::try_from(scale).unwrap_or(1));
    resvg::render(&tree, Transform::from_scale(times, times), &mut pixels.as_mut());
    let rgb = pixels.data().chunks_exact(4).flat_map(|it| [it[0], it[1], it[2]]).collect();
    Ok(Image { width: pixels.width(), height: pixels.height(), rgb })
}

/// What is in the document, with every text laid out.
pub(super) fn tree(svg: &str) -> Result<Tree, PngError> {
    let options =
        Options { fontdb: FONTS.clone(), font_family: FAMILY.to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| PngError::Svg(error.to_string()))
}

/// White pixels for a picture of this width and height, if it is small enough.
fn canvas((width, height): (u32, u32), scale: u32) -> Result<Pixmap, PngError> {
    let (wide, high) = (width.saturating_mul(scale), height.saturating_mul(scale));
    let pixels = u64::from(wide) * u64::from(high);
    let fits = width.max(height) <= MOST_SIDE && pixels <= MOST_PIXELS;
    let canvas = if fits { Pixmap::new(wide, high) } else { None };
    let mut canvas = canvas.ok_or(PngError::TooLarge { width, height, scale })?;
    canvas.fill(Color::WHITE);
    Ok(canvas)
}
