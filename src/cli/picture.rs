//! A chart as the file that it becomes.

use crate::cli::chart_args::ImageFormat;
use crate::cli::exit::{Failure, refuse};
use crate::report::chart::{Chart, Made, png};

/// A file with a picture, and its text.
pub(super) struct Picture {
    /// The name of the file: `states.svg`.
    pub(super) file: String,
    pub(super) image: Vec<u8>,
    pub(super) alt: String,
}

/// A chart as a file of this name and format; `scale` pixels of a PNG are one of the picture.
pub(super) fn picture(
    name: &str,
    chart: Chart,
    format: ImageFormat,
    scale: u8,
    made: &Made,
) -> Result<Picture, Failure> {
    let Chart { title, svg, alt } = chart;
    let file = format!("{name}.{}", format.extension());
    let image = match format {
        ImageFormat::Svg => svg.into_bytes(),
        ImageFormat::Png => {
            let Made { command, version, seed } = made.clone();
            let facts = [
                ("Title", title),
                ("Description", alt.clone()),
                ("Software", format!("rollcast {version}")),
                ("Source", format!("{command} (seed {seed})")),
            ];
            png(&svg, scale.into(), &facts)
                .map_err(|error| refuse("no-png", &error.to_string(), "write `--format svg`"))?
        }
    };
    Ok(Picture { file, image, alt })
}
