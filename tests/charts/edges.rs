//! What a picture may measure: nothing lies outside, everything is in whole pixels, and the file is
//! small. Pixels that are not whole are found when the picture is read; here is what is left.

use crate::Beside;
use crate::picture::{Form, Picture};

/// The most bytes of a file.
const MOST_BYTES: usize = 100_000;

/// Texts and corners outside of the picture.
pub(crate) fn outside(picture: &Picture<'_>, _: &Beside) -> Vec<String> {
    let (width, height) = (picture.width, picture.height);
    let mut found = Vec::new();
    for drawn in &picture.drawn {
        match &drawn.form {
            Form::Text { text, area } => {
                let inside =
                    area.left >= 0 && area.top >= 0 && area.right <= width && area.bottom <= height;
                if !inside {
                    found.push(format!("\"{text}\" at {area:?} leaves {width} × {height}"));
                }
            }
            Form::Path(parts) => {
                let inside =
                    |&&(x, y): &&(i32, i32)| (0..=width).contains(&x) && (0..=height).contains(&y);
                if let Some(corner) = parts.iter().flatten().find(|it| !inside(it)) {
                    let class = &drawn.class;
                    found.push(format!("a path {class} leaves {width} × {height} at {corner:?}"));
                }
            }
        }
    }
    found
}

/// The view is as large as the picture, or its pixels would not be those of the screen; and nothing
/// is moved or turned.
pub(crate) fn broken_pixels(picture: &Picture<'_>, _: &Beside) -> Vec<String> {
    let mut found = Vec::new();
    let view = picture.document.root_element().attribute("viewBox").unwrap_or_default();
    if view != format!("0 0 {} {}", picture.width, picture.height) {
        found.push(format!("the viewBox is {view:?}, not the size of the picture"));
    }
    let moved = picture.document.descendants().filter(|it| it.has_attribute("transform"));
    found.extend(moved.map(|it| format!("a {} is moved by a transform", it.tag_name().name())));
    found
}

pub(crate) fn bytes(picture: &Picture<'_>, _: &Beside) -> Vec<String> {
    let bytes = picture.svg.len();
    if bytes < MOST_BYTES {
        return Vec::new();
    }
    vec![format!("it has {bytes} bytes; {MOST_BYTES} are the limit")]
}
