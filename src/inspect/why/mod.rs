//! Why a run went as it did: the causes of pods, gaps, ends and standstills, found in its facts.

mod finish;
mod gap;
mod holders;
mod look;
mod pod;
mod setting;
mod stall;

pub use finish::{Finish, Step, Visit};
pub use gap::{Gap, NodeStory, Stay};
pub use holders::Holder;
pub use look::{Look, Unknown};
pub use pod::{Creation, Deletion, Freed, PodStory, Turn, WhyCreated, WhyDeleted};
pub use setting::{NoSetting, Setting};
pub use stall::{Blocker, Progress, Spent, Stall};
