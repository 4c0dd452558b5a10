//! The JSON schema that editors complete scenarios with.

use super::written;
use schemars::generate::SchemaSettings;

/// Where the schema calls home; scenarios name a file beside them instead.
const ID: &str = "https://rollcast.dev/scenario.schema.json";

/// The schema of scenarios, as JSON, two blanks per level, ending in a line break. The same on
/// every call.
pub fn json_schema() -> String {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<written::Scenario>();
    schema.insert("$id".to_owned(), ID.into());
    format!("{:#}\n", schema.to_value())
}
