//! The command-line tool; all of it is in [`rollcast::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    rollcast::cli::main()
}
