//! How much memory is free, as Linux tells it.
//!
//! Three things end a process that takes more: its control group (a container's limit), the limit
//! of its address space (`ulimit -v`), and the machine. Elsewhere nothing of that is known.

#![expect(clippy::disallowed_methods, reason = "a part of cli that reads what the system says")]

use std::fs::read_to_string;
use std::path::{Component, Path};

/// A thread reserves addresses that it does not use: its stack, and an arena of the allocator, which
/// is aligned by reserving twice its size.
pub(super) const ADDRESSES_OF_THREAD: u64 = 136 << 20;

/// Memory that is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Free {
    /// Bytes.
    pub(super) bytes: u64,
    pub(super) bound: Bound,
}

/// What ends a process that takes more than is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// Somebody said how much may be taken.
    Asked,
    /// The limit of a control group.
    Group,
    /// The limit of the address space.
    Addresses,
    /// The machine has no more.
    Machine,
}

impl Bound {
    /// Bytes that count for each thread beside what it uses.
    pub(super) const fn per_thread(self) -> u64 {
        match self {
            Self::Addresses => ADDRESSES_OF_THREAD,
            Self::Asked | Self::Group | Self::Machine => 0,
        }
    }
}

/// The least of what is free; none if nothing of it is known. `root` is `/`.
pub(super) fn free(root: &Path) -> Option<Free> {
    let found = [
        (group(root), Bound::Group),
        (addresses(root), Bound::Addresses),
        (machine(root), Bound::Machine),
    ];
    let known = found.into_iter().filter_map(|(bytes, bound)| Some(Free { bytes: bytes?, bound }));
    known.min_by_key(|it| it.bytes)
}

/// What is left of the machine without swapping.
fn machine(root: &Path) -> Option<u64> {
    kibibytes(&read(root, "proc/meminfo")?, "MemAvailable:")
}

/// What is left of the address space; none if it has no limit.
fn addresses(root: &Path) -> Option<u64> {
    let limits = read(root, "proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let soft: u64 = line.split_whitespace().next()?.parse().ok()?;
    let used = kibibytes(&read(root, "proc/self/status")?, "VmSize:")?;
    Some(soft.saturating_sub(used))
}

/// The least that is left of the control group and of those around it; none if none has a limit.
fn group(root: &Path) -> Option<u64> {
    let groups = read(root, "proc/self/cgroup")?;
    groups.lines().filter_map(|line| group_of_line(root, line)).min()
}

/// The same for a line of `/proc/self/cgroup`: `0::/a/b` in version 2, `4:memory:/a/b` in version 1.
fn group_of_line(root: &Path, line: &str) -> Option<u64> {
    let (_, line) = line.split_once(':')?;
    let (controllers, group) = line.split_once(':')?;
    let (mount, files) = if controllers.is_empty() {
        ("sys/fs/cgroup", VERSION_2)
    } else if controllers.split(',').any(|it| it == "memory") {
        ("sys/fs/cgroup/memory", VERSION_1)
    } else {
        return None;
    };
    // A group may be seen from within a container that shows only a part of the tree.
    let inside = Path::new(group.trim_start_matches('/'));
    let is_below = !inside.components().any(|it| matches!(it, Component::ParentDir));
    let inside = if is_below { inside } else { Path::new("") };
    let folders = inside.ancestors().map(|it| root.join(mount).join(it));
    folders.filter_map(|folder| left_in(&folder, files)).min()
}

/// The files of a group: its limit, what is used, and the line of `memory.stat` with the part of it
/// that the system takes back when memory is short.
#[derive(Clone, Copy)]
struct GroupFiles {
    limit: &'static str,
    used: &'static str,
    inactive: &'static str,
}

const VERSION_2: GroupFiles =
    GroupFiles { limit: "memory.max", used: "memory.current", inactive: "inactive_file" };
const VERSION_1: GroupFiles = GroupFiles {
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    inactive: "total_inactive_file",
};

/// What is left of one group; none if it has no limit.
fn left_in(folder: &Path, files: GroupFiles) -> Option<u64> {
    let number = |text: String| text.trim().parse::<u64>().ok();
    // `max` is no number; version 1 writes a number that no machine has.
    let limit = read(folder, files.limit).and_then(number).filter(|it| *it < 1 << 60)?;
    let used = read(folder, files.used).and_then(number).unwrap_or(0);
    let stat = read(folder, "memory.stat").unwrap_or_default();
    let inactive = stat.lines().find_map(|line| {
        let (key, value) = line.split_once(' ')?;
        (key == files.inactive).then(|| value.trim().parse::<u64>().ok())?
    });
    Some(limit.saturating_sub(used.saturating_sub(inactive.unwrap_or(0))))
}

/// A line such as `MemAvailable:   16000 kB`, in bytes.
fn kibibytes(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let number: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    number.checked_mul(1 << 10)
}

fn read(folder: &Path, file: &str) -> Option<String> {
    read_to_string(folder.join(file)).ok()
}

#[cfg(test)]
mod tests;
