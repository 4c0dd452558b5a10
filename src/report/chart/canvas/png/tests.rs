//! What a PNG holds, and what cannot be one.

#![cfg(feature = "png")]

use png::{Decoder, Transformations};
use resvg::usvg::{Group, Node};

use super::*;
use crate::report::chart::canvas::font::{Weight, text_width};

const RED_ON_BLUE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"a\" width=\"20\" height=\"10\">\
    <style>#a .ground{fill:#00f}#a .dot{fill:#f00}\
    @media (prefers-color-scheme:dark){#a .ground{fill:#000}}</style>\
    <path class=\"ground\" d=\"M0 0h20v10h-20z\"/><path class=\"dot\" d=\"M2 2h1v1h-1z\"/></svg>";

struct Decoded {
    size: (u32, u32),
    rgb: Vec<u8>,
    per_meter: u32,
    latin: Vec<(String, String)>,
    other: Vec<(String, String)>,
}

fn decoded(file: &[u8]) -> Decoded {
    let mut decoder = Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut rgb).unwrap();
    let info = reader.info();
    let latin = info.uncompressed_latin1_text.iter();
    let other = info.utf8_text.iter().map(|it| (it.keyword.clone(), it.get_text().unwrap()));
    Decoded {
        size: (info.width, info.height),
        rgb,
        per_meter: info.pixel_dims.unwrap().xppu,
        latin: latin.map(|it| (it.keyword.clone(), it.text.clone())).collect(),
        other: other.collect(),
    }
}

#[test]
fn pixels_are_those_of_the_light_picture() {
    for scale in 1..=4 {
        let file = png(RED_ON_BLUE, scale, &[]).unwrap();
        let image = decoded(&file);
        assert_eq!(image.size, (20 * scale, 10 * scale));
        let blue = image.rgb.chunks_exact(3).filter(|it| **it == [0, 0, 255]).count();
        let red = image.rgb.chunks_exact(3).filter(|it| **it == [255, 0, 0]).count();
        let squares = usize::try_from(scale * scale).unwrap();
        assert_eq!((red, blue), (squares, 199 * squares), "sharp at scale {scale}");
        assert_eq!(file, png(RED_ON_BLUE, scale, &[]).unwrap());
    }
}

#[test]
fn facts_and_the_resolution_are_inside() {
    let facts = [("Title", "surge".to_owned()), ("Description", "10 × 5\nnodes".to_owned())];
    let image = decoded(&png(RED_ON_BLUE, 2, &facts).unwrap());
    assert_eq!(image.latin, [("Title".to_owned(), "surge".to_owned())]);
    assert_eq!(image.other, [("Description".to_owned(), "10 × 5 nodes".to_owned())]);
    assert_eq!(image.per_meter, 7559, "192 pixels to the inch");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let sized = |width: u64, height: u64| {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\"/>"
        );
        png(&svg, 4, &[])
    };
    assert_eq!(png(RED_ON_BLUE, 0, &[]), Err(PngError::Scale(0)));
    assert_eq!(png(RED_ON_BLUE, 5, &[]), Err(PngError::Scale(5)));
    let too_large = |width, height| Err(PngError::TooLarge { width, height, scale: 4 });
    assert_eq!(sized(4_097, 1), too_large(4_097, 1));
    assert_eq!(sized(4_096, 1_025), too_large(4_096, 1_025));
    assert!(sized(4_096, 1).is_ok());
    assert!(matches!(sized(u64::MAX, u64::MAX), Err(PngError::TooLarge { .. })));
    assert!(matches!(png("no picture", 1, &[]), Err(PngError::Svg(_))));
    let long = [("A keyword", String::new()), (&*"k".repeat(80), String::new())];
    assert!(matches!(png(RED_ON_BLUE, 1, &long), Err(PngError::Encoding(_))));
}

/// The widths of all texts in a group, as resvg lays them out.
fn widths(group: &Group, found: &mut Vec<f32>) {
    for node in group.children() {
        match node {
            Node::Group(it) => widths(it, found),
            Node::Text(it) => found.push(it.bounding_box().width()),
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

#[test]
fn texts_are_as_wide_as_they_are_measured() {
    let texts = ["AVATAR Tomcat", "office fi ffi", "1,234 nodes; 99.9%", "m…×–µ→", "(a/b) [c]_d-e"];
    for (weight, number) in [(Weight::Regular, 400), (Weight::SemiBold, 600)] {
        for text in texts {
            let svg = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"90\">\
                 <text y=\"60\" font-family=\"system-ui,Arial,sans-serif\" font-size=\"40\" \
                 font-weight=\"{number}\">{text}</text></svg>"
            );
            let mut found = Vec::new();
            widths(render::tree(&svg).unwrap().root(), &mut found);
            let measured = f32::from(i16::try_from(text_width(text, 40, weight)).unwrap());
            assert!(found[0] <= measured, "{text}: {found:?} are more than {measured}");
            assert!(found[0] >= measured * 0.9, "{text}: {found:?} are far less than {measured}");
        }
    }
}
