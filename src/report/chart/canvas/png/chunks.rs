//! From pixels to the bytes of a PNG file, with what is to be known of the picture inside.

use png::{BitDepth, ColorType, Compression, Encoder, Filter, PixelDimensions, Unit};

use crate::report::chart::canvas::png::PngError;
use crate::report::chart::canvas::png::palette::palette;
use crate::report::chart::canvas::png::render::Image;
use crate::report::xml::printable;

/// The file: how many pixels there are to the meter, the facts, the picture.
pub(super) fn encode(
    image: &Image,
    scale: u32,
    facts: &[(&str, String)],
) -> Result<Vec<u8>, PngError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, image.width, image.height);
    encoder.set_depth(BitDepth::Eight);
    // Filters are for photographs: they make flat colors larger.
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::NoFilter);
    let palette = palette(&image.rgb);
    let pixels = if let Some(palette) = &palette {
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(&palette.colors);
        &palette.pixels
    } else {
        encoder.set_color(ColorType::Rgb);
        &image.rgb
    };
    encoder.set_pixel_dims(Some(resolution(scale)));
    for (keyword, text) in facts {
        add(&mut encoder, keyword, &printable(text))?;
    }
    let written = encoder.write_header().and_then(|mut it| {
        it.write_image_data(pixels)?;
        it.finish()
    });
    written.map_err(|error| PngError::Encoding(error.to_string()))?;
    Ok(file)
}

/// Plain text that every reader knows as `tEXt`, any other as `iTXt`.
fn add(encoder: &mut Encoder<'_, &mut Vec<u8>>, key: &str, text: &str) -> Result<(), PngError> {
    let (keyword, value) = (key.to_owned(), text.to_owned());
    let added = if text.is_ascii() {
        encoder.add_text_chunk(keyword, value)
    } else {
        encoder.add_itxt_chunk(keyword, value)
    };
    added.map_err(|error| PngError::Encoding(format!("{key}: {error}")))
}

/// 96 pixels to the inch at scale 1, as in CSS, so that a document shows the picture in its size.
fn resolution(scale: u32) -> PixelDimensions {
    let per_meter = (scale * 960_000 + 127) / 254;
    PixelDimensions { xppu: per_meter, yppu: per_meter, unit: Unit::Meter }
}
