//! Who does not see a picture is told what it shows.

use crate::Beside;
use crate::picture::Picture;

/// A role, and a name and a description that are said for it.
pub(crate) fn roles(picture: &Picture<'_>, _: &Beside) -> Vec<String> {
    let root = picture.document.root_element();
    let mut found = Vec::new();
    if root.attribute("role") != Some("img") {
        found.push("it does not say role=\"img\"".to_owned());
    }
    let said = root.attribute("aria-labelledby").unwrap_or_default();
    let said: Vec<&str> = said.split_whitespace().collect();
    for name in ["title", "desc"] {
        let node = root.children().find(|it| it.has_tag_name(name));
        let id = node.and_then(|it| it.attribute("id")).unwrap_or_default();
        if !said.contains(&id) {
            found.push(format!("aria-labelledby does not name its <{name}>"));
        }
        if picture.words(name).trim().is_empty() {
            found.push(format!("its <{name}> says nothing"));
        }
    }
    found
}

/// The text file beside a picture says what its `<desc>` says.
pub(crate) fn same_in_words(picture: &Picture<'_>, beside: &Beside) -> Vec<String> {
    let differs = |alt: &&String| alt.trim_end() != picture.words("desc");
    let alt = beside.alt.as_ref().filter(differs);
    alt.map(|it| format!("the text beside it is not its <desc>: {it:?}")).into_iter().collect()
}
