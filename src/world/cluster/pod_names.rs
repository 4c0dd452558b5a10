//! The names of pods: worked out when somebody asks for one, as most runs ask for none.

use std::borrow::Cow;

use crate::control::PodId;
use crate::engine::Streams;
use crate::world::cluster::truth::Cluster;
use crate::world::ids::DaemonSetId;

/// The characters of generated names.
///
/// Source: `apimachinery/pkg/util/rand/rand.go › alphanums`.
const NAME_ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// Generated names are cut to this length before their suffix.
///
/// Source: `apiserver/pkg/storage/names/generate.go › MaxGeneratedNameLength`.
const NAME_BASE_LENGTH: usize = 58;

/// How many suffixes of five characters there are.
const SUFFIXES: u64 = 27u64.pow(5);

/// Not a multiple of 3, so that stepping by it visits every suffix once.
const SUFFIX_STEP: u64 = 8_880_881;

/// Where the suffixes of a run begin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PodNames {
    offset: u64,
}

impl PodNames {
    pub(super) fn new(streams: &Streams) -> Self {
        Self { offset: streams.bits("pod name", 0, 0) % SUFFIXES }
    }

    /// `<owner>-xxxxx`, never twice in a run.
    fn generate(self, owner: &str, ordinal: u64) -> String {
        let base = owner.get(..NAME_BASE_LENGTH).unwrap_or(owner);
        let dash = if base.len() < NAME_BASE_LENGTH { "-" } else { "" };
        let mut name = [base, dash].concat();
        let mut number = (self.offset + ordinal % SUFFIXES * SUFFIX_STEP) % SUFFIXES;
        for _ in 0..5 {
            let digit = usize::try_from(number % 27).unwrap_or(0);
            name.push(char::from(NAME_ALPHABET[digit]));
            number /= 27;
        }
        // A run that outgrows five characters goes on with longer suffixes.
        let round = ordinal / SUFFIXES;
        if round == 0 { name } else { format!("{name}{round}") }
    }
}

impl Cluster {
    /// `metadata.name` of a pod.
    pub(in crate::world) fn pod_name(&self, id: PodId) -> Cow<'_, str> {
        let pod = self.pod(id);
        match &pod.given_name {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(self.generated_name(pod.creator, id.0.into())),
        }
    }

    /// The name of a pod that is refused for the `ordinal`-th time: those of pods that are created come
    /// from the other end.
    pub(in crate::world) fn name_of_refused(&self, owner: DaemonSetId, ordinal: u64) -> String {
        self.generated_name(owner, SUFFIXES - 1 - ordinal % SUFFIXES)
    }

    fn generated_name(&self, owner: DaemonSetId, ordinal: u64) -> String {
        self.pod_names.generate(&self.daemon_sets[owner].name.name, ordinal)
    }
}
