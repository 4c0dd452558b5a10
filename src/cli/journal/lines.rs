//! The lines of a journal's file, those of packed blocks among them.

#![expect(clippy::disallowed_methods, reason = "a part of cli that touches the disk")]

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use crate::cli::disk::plainly;
use crate::cli::exit::Failure;
use crate::cli::journal::packed::{is_packed, unpack};

/// A line longer than this is none of ours.
const LONGEST_LINE: u64 = 64 << 20;

/// What is called for each line: its number in the file, from 1, and the line without its break.
pub(super) type EachLine<'a> = dyn FnMut(u64, &str) -> Result<(), Failure> + 'a;

/// Reads a journal; none if there is no such file. Returns where the last complete line ends, in
/// bytes. A last line without its break was not written to its end and does not count. Lines of a
/// packed block have the number of the block; a block that is torn is a line as it is.
pub(super) fn each_line(path: &Path, each: &mut EachLine<'_>) -> Result<Option<u64>, Failure> {
    let cannot = || Failure::of(format!("cannot read {}", path.display()));
    let mut reader = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => BufReader::new(file.map_err(plainly).map_err(cannot())?),
    };
    let (mut end, mut number) = (0, 0);
    while let Some(line) = next_line(&mut reader).map_err(plainly).map_err(cannot())? {
        end += line.len() as u64;
        number += 1;
        // What is no text is no line of ours either.
        let line = str::from_utf8(&line).unwrap_or_default().trim_end();
        match is_packed(line).then(|| unpack(line)).flatten() {
            None => each(number, line)?,
            Some(text) => text.lines().try_for_each(|line| each(number, line))?,
        }
    }
    Ok(Some(end))
}

/// The next line with its break; none at the end, or if what follows has no break.
fn next_line(reader: &mut BufReader<File>) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.ends_with(b"\n")))
}
