//! No text lies on another.

use crate::Beside;
use crate::picture::Picture;

/// Pairs of texts whose rooms meet, as large as the embedded font makes them.
pub(crate) fn texts(picture: &Picture<'_>, _: &Beside) -> Vec<String> {
    let texts: Vec<_> = picture.texts().collect();
    let mut found = Vec::new();
    for (index, (_, _, text, area)) in texts.iter().enumerate() {
        for (_, _, other, room) in texts[..index].iter().filter(|it| it.3.meets(area)) {
            found.push(format!("\"{text}\" at {area:?} lies on \"{other}\" at {room:?}"));
        }
    }
    found
}
