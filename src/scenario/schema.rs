//! The JSON schema that editors complete scenarios with.

use crate::scenario::written;
use schemars::generate::SchemaSettings;

/// Where the schema calls home; scenarios name a file beside them instead.
const ID: &str = "https://rollcast.dev/scenario.schema.json";

/// The schema of scenarios, as JSON, two blanks per level, ending in a line break. The same on
/// every call.
///
/// # Panics
///
/// Never: a schema is plain JSON, which can always be written.
pub fn json_schema() -> String {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<written::Scenario>();
    schema.insert("$id".to_owned(), ID.into());
    // The schema writes itself in an order for readers, which a plain value would lose.
    serde_json::to_string_pretty(&schema).expect("a schema is plain JSON") + "\n"
}
