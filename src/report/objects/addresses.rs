//! Addresses, of which a record knows nothing: made up from names, always the same.
//!
//! Nodes are in 10.0.0.0/10, pods in the rest of 10.0.0.0/8. Two of 5,000 may get the same one.

use crate::inspect::uid;

/// The `InternalIP` of a node.
pub(in crate::report) fn node_address(node: &str) -> String {
    address(&["Node", node], 0, 64)
}

/// `status.podIP` of a pod with a network of its own.
pub(super) fn pod_address(namespace: &str, pod: &str) -> String {
    address(&["Pod", namespace, pod], 64, 192)
}

/// The second number is one of `count` from `first` on; the last one neither 0 nor 255.
fn address(parts: &[&str], first: u64, count: u64) -> String {
    let digits = uid(parts);
    let number = u64::from_str_radix(&digits[24..], 16).unwrap_or_default();
    let [second, third, fourth] =
        [first + number % count, number / 256 % 256, number / 65_536 % 254];
    format!("10.{second}.{third}.{}", fourth + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_and_pods_have_networks_of_their_own() {
        for index in 0..1_000 {
            let name = format!("node-{index}");
            let second =
                |address: String| address.split('.').nth(1).unwrap().parse::<u8>().unwrap();
            assert!(second(node_address(&name)) < 64);
            assert!(second(pod_address("ns", &name)) >= 64);
        }
        assert_eq!(node_address("a"), node_address("a"));
    }
}
