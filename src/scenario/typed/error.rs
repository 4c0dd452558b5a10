//! Why a text is no change that can be tried.

/// What can be typed, in a line.
const EXAMPLES: &str = "write for example `maxUnavailable=10%`, `delete node n5`, `rollout undo \
                        ds/agent`, a kubectl command, or an event as in a scenario, `{recover: n5}`";

/// Why a text is no change that can be tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    #[error("it is empty")]
    Empty,
    /// A quote that is not closed.
    #[error("a quote is not closed")]
    Quote,
    /// An event in braces that cannot be read.
    #[error("the event cannot be read: {0}")]
    Event(String),
    #[error("`{written}` is no command that can be tried")]
    Command {
        written: String,
        /// A command that was probably meant.
        near: Option<&'static str>,
    },
    #[error("`{name}` is no field that can be tried")]
    Field { name: String, near: Option<&'static str> },
    #[error("`{0}` is not followed here")]
    Flag(String),
    /// A flag at the end that takes a value.
    #[error("`{0}` has no value")]
    FlagWithoutValue(String),
    #[error("`{command}` needs {what}")]
    Missing { command: String, what: &'static str },
    /// A kind of object that the command is not followed for.
    #[error("`{command}` of `{kind}` is not followed here")]
    Kind { command: String, kind: String },
    #[error("the snapshot has no {what} `{name}`")]
    Unknown { what: &'static str, name: String, near: Option<String> },
    #[error("the snapshot has no {what} `{name}` in namespace `{namespace}`")]
    OtherNamespace {
        what: &'static str,
        name: String,
        namespace: String,
        /// The namespace that has one of this name.
        found: String,
    },
    /// A field that means nothing to `OnDelete`.
    #[error("`{field}` means nothing to {daemon_set}, which has OnDelete")]
    OnDelete { field: &'static str, daemon_set: String },
    #[error("{what} `{name}` is in several namespaces: {namespaces}")]
    Ambiguous { what: &'static str, name: String, namespaces: String },
    #[error("the pod `{0}` is no DaemonSet's")]
    NotOfDaemonSet(String),
    /// It is not said whose field it is.
    #[error("it does not say which DaemonSet: there are {0}")]
    WhichDaemonSet(String),
    #[error("the patch cannot be read: {0}")]
    Patch(String),
    #[error("a patch of `{0}` is not followed here")]
    PatchedField(String),
}

impl TypedError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let did_you_mean = |near: &str| format!("did you mean `{near}`?");
        match self {
            Self::Command { near: Some(near), .. } | Self::Field { near: Some(near), .. } => {
                did_you_mean(near)
            }
            Self::Unknown { near: Some(near), .. } => did_you_mean(near),
            Self::Field { .. } => {
                "the fields are maxUnavailable, maxSurge, minReadySeconds and image".to_owned()
            }
            Self::Quote => "close it, or quote the whole change for the shell".to_owned(),
            Self::Flag(_) => "leave it out, or name the objects one by one".to_owned(),
            Self::OtherNamespace { found, .. } => format!("write `-n {found}`"),
            Self::OnDelete { field, .. } => format!(
                "patch the strategy: `{{patch: {{updateStrategy: {{type: RollingUpdate, \
                 rollingUpdate: {{{field}: 1}}}}}}}}`"
            ),
            Self::Ambiguous { .. } => "add `-n NAMESPACE`".to_owned(),
            Self::WhichDaemonSet(_) => "add `--daemonset NAMESPACE/NAME`".to_owned(),
            Self::Unknown { .. } => "write a name as the snapshot has it".to_owned(),
            Self::PatchedField(_) => {
                "`updateStrategy` and `minReadySeconds` can be patched; for an image write `set \
                 image`"
                    .to_owned()
            }
            Self::Empty
            | Self::Event(_)
            | Self::Command { .. }
            | Self::FlagWithoutValue(_)
            | Self::Missing { .. }
            | Self::Kind { .. }
            | Self::NotOfDaemonSet(_)
            | Self::Patch(_) => EXAMPLES.to_owned(),
        }
    }
}
