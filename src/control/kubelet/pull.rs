//! Whether an image is fetched before a container starts.

use crate::api::ImagePullPolicy;

/// What a kubelet does about an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullDecision {
    /// Nothing: the image is used as it is on the node.
    Use,
    /// Asks the registry what the image is now; layers that are there are not fetched again.
    Check,
    /// Fetches the whole image.
    Pull,
    /// Gives up for now with `ErrImageNeverPull`: the image is not there and may not be fetched.
    Refuse,
}

/// What is done about an image under a policy, if `is_on_node` says whether it is there.
///
/// Source: `pkg/kubelet/images/image_manager.go › EnsureImageExists, imageNotPresentOnNeverPolicyError,
/// pullImage`.
pub const fn pull_decision(policy: ImagePullPolicy, is_on_node: bool) -> PullDecision {
    match (policy, is_on_node) {
        (ImagePullPolicy::Always, true) => PullDecision::Check,
        (ImagePullPolicy::Always | ImagePullPolicy::IfNotPresent, false) => PullDecision::Pull,
        (ImagePullPolicy::IfNotPresent | ImagePullPolicy::Never, true) => PullDecision::Use,
        (ImagePullPolicy::Never, false) => PullDecision::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: ImagePullPolicy, is_on_node: bool, expected: PullDecision) {
        assert_eq!(pull_decision(policy, is_on_node), expected, "{policy:?}");
    }

    #[test]
    fn the_policy_and_the_cache_decide() {
        check(ImagePullPolicy::Always, true, PullDecision::Check);
        check(ImagePullPolicy::Always, false, PullDecision::Pull);
        check(ImagePullPolicy::IfNotPresent, true, PullDecision::Use);
        check(ImagePullPolicy::IfNotPresent, false, PullDecision::Pull);
        check(ImagePullPolicy::Never, true, PullDecision::Use);
        check(ImagePullPolicy::Never, false, PullDecision::Refuse);
    }
}
