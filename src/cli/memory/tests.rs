//! What is free below roots with files as Linux has them.

#![expect(clippy::disallowed_methods, reason = "these tests write the files that are read")]

use super::*;

const MIB: u64 = 1 << 20;

/// A root with these files.
fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: Option<(u64, Bound)>) {
    let found = free(root(files).path());
    assert_eq!(found, expected.map(|(mib, bound)| Free { bytes: mib * MIB, bound }));
}

const MACHINE: (&str, &str) =
    ("proc/meminfo", "MemTotal:       16384000 kB\nMemAvailable:    8192000 kB\n");

#[test]
fn without_such_files_nothing_is_known() {
    check(&[], None);
    check(&[("proc/meminfo", "MemTotal: 1 kB\n"), ("proc/self/cgroup", "nonsense\n")], None);
}

#[test]
fn the_machine_has_what_is_available() {
    check(&[MACHINE], Some((8_000, Bound::Machine)));
}

#[test]
fn addresses_are_limited_by_ulimit() {
    let limits = |soft: &str| {
        format!(
            "Limit                     Soft Limit           Hard Limit           Units\n\
             Max stack size            8388608              unlimited            bytes\n\
             Max address space         {soft}           unlimited            bytes\n"
        )
    };
    let status = ("proc/self/status", "VmPeak:\t  409600 kB\nVmSize:\t  204800 kB\n");
    let limited = limits("2147483648");
    check(
        &[MACHINE, status, ("proc/self/limits", &limited)],
        Some((2_048 - 200, Bound::Addresses)),
    );
    let unlimited = limits("unlimited");
    check(&[MACHINE, status, ("proc/self/limits", &unlimited)], Some((8_000, Bound::Machine)));
    let tiny = limits("1048576");
    check(&[status, ("proc/self/limits", &tiny)], Some((0, Bound::Addresses)));
}

#[test]
fn the_tightest_group_around_a_process_counts() {
    check(
        &[
            MACHINE,
            ("proc/self/cgroup", "0::/kubepods/pod1/main\n"),
            ("sys/fs/cgroup/kubepods/memory.max", "10737418240\n"),
            ("sys/fs/cgroup/kubepods/pod1/memory.max", "2147483648\n"),
            ("sys/fs/cgroup/kubepods/pod1/memory.current", "1073741824\n"),
            ("sys/fs/cgroup/kubepods/pod1/memory.stat", "anon 5\ninactive_file 536870912\n"),
            ("sys/fs/cgroup/kubepods/pod1/main/memory.max", "max\n"),
        ],
        Some((2_048 - 512, Bound::Group)),
    );
}

#[test]
fn within_a_container_the_mount_is_its_own_group() {
    let limit = ("sys/fs/cgroup/memory.max", "1073741824\n");
    for path in ["0::/\n", "0::/../other\n", "0::/docker/not-seen-here\n"] {
        check(&[MACHINE, ("proc/self/cgroup", path), limit], Some((1_024, Bound::Group)));
    }
}

#[test]
fn version_1_has_a_tree_for_memory() {
    let groups = ("proc/self/cgroup", "5:cpu,cpuacct:/cpu\n4:memory:/docker/a\n1:name=systemd:/\n");
    let none = ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    check(&[MACHINE, groups, none], Some((8_000, Bound::Machine)));
    check(
        &[
            MACHINE,
            groups,
            none,
            ("sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes", "1073741824\n"),
            ("sys/fs/cgroup/memory/docker/a/memory.usage_in_bytes", "536870912\n"),
            ("sys/fs/cgroup/memory/docker/a/memory.stat", "cache 9\ntotal_inactive_file 0\n"),
        ],
        Some((512, Bound::Group)),
    );
}

#[cfg(target_os = "linux")]
#[test]
fn this_machine_says_something() {
    let found = free(Path::new("/")).expect("Linux says how much is free");
    assert!(found.bytes < 1 << 60, "{found:?}");
}
