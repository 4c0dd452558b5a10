//! `runs.jsonl` of a sweep: its runs in their order, whatever the order in which they were done and
//! the journals in which they stand.

use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::cli::disk::{Folder, plainly};
use crate::cli::exit::Failure;
use crate::cli::journal::file_name;
use crate::cli::journal::lines::each_line;
use crate::report::compare::{Header, header_line, run_of_line};
use crate::study::Shard;

/// Where the line of each run stands in a file: from which byte, and how many.
type Places = BTreeMap<usize, (u64, usize)>;

/// Writes `runs.jsonl` into the folder: the header, and the runs that any of the journals has.
pub(in crate::cli) fn write_ordered<P: AsRef<Path>>(
    folder: &Folder,
    header: &Header,
    journals: &[P],
) -> Result<(), Failure> {
    let cannot = || Failure::of(format!("cannot write to {}", folder.path().display()));
    let file = tempfile::tempfile_in(folder.path()).map_err(plainly).map_err(cannot())?;
    let mut lines = BufWriter::new(file);
    let (mut places, mut end) = (Places::new(), 0);
    for path in journals {
        let mut add = |_, line: &str| {
            let run =
                run_of_line(line).and_then(|(setting, seed)| header.sweep.run_of(setting, seed));
            let Some(run) = run.filter(|run| !places.contains_key(run)) else { return Ok(()) };
            lines.write_all(line.as_bytes()).map_err(plainly).map_err(cannot())?;
            places.insert(run, (end, line.len()));
            end += line.len() as u64;
            Ok(())
        };
        each_line(path.as_ref(), &mut add)?;
    }
    let file = lines.into_inner().map_err(io::IntoInnerError::into_error);
    let mut lines = BufReader::new(file.map_err(plainly).map_err(cannot())?);
    folder.write_by(&file_name(Shard::WHOLE), |out| {
        let mut out = BufWriter::new(out);
        out.write_all(header_line(header).as_bytes())?;
        for &(at, long) in places.values() {
            let mut line = vec![0; long];
            lines.seek(SeekFrom::Start(at))?;
            lines.read_exact(&mut line)?;
            line.push(b'\n');
            out.write_all(&line)?;
        }
        out.flush()
    })
}
