//! Traces for Perfetto (`ui.perfetto.dev`): its native TrackEvent protobuf.

mod message;
mod packets;

pub use packets::write_perfetto;
