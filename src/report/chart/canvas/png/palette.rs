//! The colors of a picture, where they are few: a chart has a hundred, with the edges of letters.
//! A file that says one number per pixel is half as large as one that says three.

use std::collections::BTreeMap;

/// The most colors that fit into one byte.
const MOST: usize = 256;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Palette {
    /// Red, green and blue of each color, in ascending order.
    pub(super) colors: Vec<u8>,
    /// The place of each pixel's color.
    pub(super) pixels: Vec<u8>,
}

/// The pixels, given as red, green and blue each; nothing if they have more than 256 colors.
pub(super) fn palette(rgb: &[u8]) -> Option<Palette> {
    let (pixels, _) = rgb.as_chunks::<3>();
    let mut places: BTreeMap<[u8; 3], u8> = BTreeMap::new();
    // Most pixels are like the one before.
    for run in pixels.chunk_by(|one, next| one == next) {
        places.insert(run[0], 0);
        if places.len() > MOST {
            return None;
        }
    }
    for (place, at) in (0..=u8::MAX).zip(places.values_mut()) {
        *at = place;
    }
    let runs = pixels.chunk_by(|one, next| one == next);
    let places_of = runs.flat_map(|run| vec![places[&run[0]]; run.len()]);
    Some(Palette {
        pixels: places_of.collect(),
        colors: places.keys().flatten().copied().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colors_are_numbered() {
        let rgb = [9, 9, 9, 1, 2, 3, 1, 2, 3, 9, 9, 9];
        let colors = vec![1, 2, 3, 9, 9, 9];
        assert_eq!(palette(&rgb), Some(Palette { colors, pixels: vec![1, 0, 0, 1] }));
        let grays: Vec<u8> = (0..=u8::MAX).flat_map(|it| [it; 3]).collect();
        assert_eq!(palette(&grays).map(|it| it.pixels), Some((0..=u8::MAX).collect()));
        assert_eq!(palette(&[&grays[..], &[1, 2, 3]].concat()), None);
    }
}
