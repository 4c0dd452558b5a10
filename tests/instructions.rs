//! The guard of `.ci/instructions`, without a build: `cargo` builds nothing, `rustc` and `valgrind`
//! say what the test wants.

#![expect(clippy::disallowed_methods, reason = "files and processes are what is tested here")]
#![expect(clippy::unwrap_used, reason = "what cannot be run is a failed test")]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Counts what stands in the file of the benchmark's name, which ends the path after `--out`.
const VALGRIND: &str = "\
#!/bin/sh
for it in \"$@\"; do last=$it; done
echo \"==1== Collected : $(cat \"counts/${last##*/}\")\" >&2
";

const TABLE: &str = "\
# Instructions of rollcast commands.
# counted with rustc 1.0, libc 2
# name    instructions  command
small              1000  compare small.yaml --seeds 1
large           2000000  run large.yaml
";

/// What the script may call besides: valgrind may be installed, and must not be found.
const TOOLS: [&str; 8] = ["awk", "bash", "cat", "cp", "dirname", "grep", "mktemp", "rm"];

/// A copy of the script with a table and the programs that it calls.
struct Bench {
    folder: TempDir,
}

/// How the script ended.
struct Ended {
    code: i32,
    /// Standard output, then standard error.
    said: String,
    table: String,
}

impl Bench {
    /// The benchmarks need so many instructions, built with this compiler.
    fn new(rustc: &str, small: u64, large: u64) -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        for folder in [".ci", "benches", "bin", "counts"] {
            fs::create_dir(bench.path(folder)).unwrap();
        }
        fs::copy(PathBuf::from(ROOT).join(".ci/instructions"), bench.path(".ci/instructions"))
            .unwrap();
        fs::write(bench.path("benches/instructions.txt"), TABLE).unwrap();
        fs::write(bench.path("counts/small"), small.to_string()).unwrap();
        fs::write(bench.path("counts/large"), large.to_string()).unwrap();
        for tool in TOOLS {
            let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output();
            let found = String::from_utf8(found.unwrap().stdout).unwrap();
            symlink(found.trim(), bench.path("bin").join(tool)).unwrap();
        }
        bench.program("cargo", "#!/bin/sh\n");
        bench.program("rustc", &format!("#!/bin/sh\necho 'rustc {rustc}'\n"));
        bench.program("getconf", "#!/bin/sh\necho 'libc 2'\n");
        bench.program("valgrind", VALGRIND);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        let output = Command::new("bash")
            .arg(self.path(".ci/instructions"))
            .args(arguments)
            .env("PATH", self.path("bin"))
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        Ended {
            code: output.status.code().unwrap(),
            said: String::from_utf8(said).unwrap(),
            table: fs::read_to_string(self.path("benches/instructions.txt")).unwrap(),
        }
    }
}

/// With these counts the script exits with `code`, says each of `said`, and leaves the table alone.
fn check(rustc: &str, (small, large): (u64, u64), code: i32, said: &[&str]) {
    let ended = Bench::new(rustc, small, large).run(&[]);
    assert_eq!(ended.code, code, "{}", ended.said);
    for part in said {
        assert!(ended.said.contains(part), "{part}: {}", ended.said);
    }
    assert_eq!(ended.table, TABLE);
}

#[test]
fn five_percent_more_are_allowed() {
    check("1.0", (1000, 2_000_000), 0, &["small", "large", "+0.0 %"]);
    check("1.0", (1050, 2_000_000), 0, &["+5.0 %"]);
    check("1.0", (500, 2_000_000), 0, &["-50.0 %"]);
}

#[test]
fn what_is_over_its_budget_fails() {
    let over = "failed: over 5 % more than the budget";
    check("1.0", (1051, 2_000_000), 1, &[over, ": small;"]);
    check("1.0", (1000, 2_100_001), 1, &[over, ": large;"]);
    check("1.0", (1112, 2_222_223), 1, &[over, ": small large;"]);
}

#[test]
fn another_compiler_may_need_more() {
    let said = "the budgets were counted with rustc 1.0, libc 2; this is another";
    check("1.1", (1250, 2_000_000), 0, &[said, "+25.0 %"]);
    check("1.1", (1251, 2_000_000), 1, &[said, "failed: over 25 % more", ": small;"]);
}

#[test]
fn an_update_writes_counts_and_compiler() {
    let bench = Bench::new("1.1", 1234, 3_000_000);
    let ended = bench.run(&["--update"]);
    assert_eq!(ended.code, 0, "{}", ended.said);
    let expected = TABLE.replace("rustc 1.0", "rustc 1.1");
    let expected = expected.replace("   1000  ", "   1234  ").replace("2000000", "3000000");
    assert_eq!(ended.table, expected);
    assert_eq!(bench.run(&[]).code, 0);
}

#[test]
fn a_command_that_fails_is_no_count() {
    let bench = Bench::new("1.0", 1000, 2_000_000);
    bench.program("valgrind", "#!/bin/sh\necho 'error: no such file' >&2\nexit 2\n");
    for arguments in [&[][..], &["--update"]] {
        let ended = bench.run(arguments);
        assert_eq!(ended.code, 1, "{}", ended.said);
        assert!(ended.said.contains("failed: small: error: no such file"), "{}", ended.said);
        assert_eq!(ended.table, TABLE);
    }
}

#[test]
fn without_valgrind_nothing_is_counted() {
    let bench = Bench::new("1.0", 1000, 2_000_000);
    fs::remove_file(bench.path("bin/valgrind")).unwrap();
    for arguments in [&[][..], &["--update"]] {
        let ended = bench.run(arguments);
        assert_eq!(ended.code, 0, "{}", ended.said);
        assert_eq!(ended.said, "valgrind is not there: no instructions are counted\n");
        assert_eq!(ended.table, TABLE);
    }
}
