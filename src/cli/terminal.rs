//! What is printed, and where: data on standard output, notes for people on standard error.

use std::io::{self, BufWriter, IsTerminal as _, Write as _};

use crate::cli::exit::{Failure, Outcome};

/// Prints data on standard output. A reader that has seen enough is no failure.
pub(super) fn print(text: &str) -> Result<Outcome, Failure> {
    print_by(|out| out.write_all(text.as_bytes()))
}

/// The same for data that is written bit by bit.
pub(super) fn print_by(
    fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<Outcome, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match fill(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::of("cannot write to standard output")(error))
        }
        Ok(()) | Err(_) => Ok(Outcome::Ok),
    }
}

/// Prints a note for people on standard error.
pub(super) fn note(text: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = write!(io::stderr(), "{text}");
}

/// Whether people look at standard output.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether messages on standard error may be colored.
pub(super) fn color() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
