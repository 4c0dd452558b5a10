//! What facts, and all files, call a DaemonSet.

/// `namespace/name`; for the second DaemonSet of that name in a run, `namespace/name (2)`.
pub fn key_of_life(daemon_set: &str, namesakes: u32) -> String {
    match namesakes {
        0 => daemon_set.to_owned(),
        before => format!("{daemon_set} ({})", u64::from(before) + 1),
    }
}

/// The namespace and the name in what a DaemonSet is called.
pub fn namespace_and_name(key: &str) -> (&str, &str) {
    let full_name = key.split_once(' ').map_or(key, |(full_name, _)| full_name);
    full_name.split_once('/').unwrap_or(("", full_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_namespace_and_name_of_any_life() {
        for namesakes in [0, 1, u32::MAX] {
            let key = key_of_life("kube-system/agent", namesakes);
            assert_eq!(namespace_and_name(&key), ("kube-system", "agent"), "{key}");
        }
        assert_eq!(key_of_life("kube-system/agent", 1), "kube-system/agent (2)");
        assert_eq!(namespace_and_name("agent"), ("", "agent"));
    }
}
