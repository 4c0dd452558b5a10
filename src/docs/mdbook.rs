//! The book that mdBook hands to a preprocessor, `[context, book]`, and that it takes back. What is
//! not about the text of chapters stays as it is.
//!
//! Source: «For Developers › Preprocessors» of mdBook's guide. Up to 0.4 a book has `sections`,
//! since 0.5 `items`.

use serde_json::Value;

/// A book.
#[derive(Clone, Debug)]
pub struct Book {
    /// The folder of the book.
    pub root: String,
    /// The folder of the pages, below it.
    pub pages: String,
    chapters: Value,
}

/// Why a text is no book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    #[error("it is not JSON")]
    NotJson,
    #[error("it is not a list of a context and a book")]
    NotABook,
    #[error("its context has no `root`")]
    NoRoot,
}

/// What lists of chapters are called.
const LISTS: [&str; 3] = ["items", "sections", "sub_items"];

impl Book {
    /// Reads what mdBook writes to standard input.
    pub fn read(text: &str) -> Result<Self, BookError> {
        let both: Value = serde_json::from_str(text).map_err(|_| BookError::NotJson)?;
        let Value::Array(both) = both else { return Err(BookError::NotABook) };
        let [context, book] = <[Value; 2]>::try_from(both).map_err(|_| BookError::NotABook)?;
        let is_book = LISTS.iter().any(|list| book.get(*list).is_some_and(Value::is_array));
        if !is_book {
            return Err(BookError::NotABook);
        }
        let root = context.get("root").and_then(Value::as_str).ok_or(BookError::NoRoot)?;
        let pages = context.pointer("/config/book/src").and_then(Value::as_str).unwrap_or("src");
        Ok(Self { root: root.to_owned(), pages: pages.to_owned(), chapters: book })
    }

    /// Shows each chapter that has a page: its path below the folder of pages, and its text, which
    /// may be changed.
    ///
    /// # Errors
    ///
    /// The first error of `each`.
    pub fn each_chapter<E>(
        &mut self,
        mut each: impl FnMut(&str, &mut String) -> Result<(), E>,
    ) -> Result<(), E> {
        in_lists(&mut self.chapters, &mut each)
    }

    /// What mdBook reads from standard output.
    pub fn write(&self) -> String {
        self.chapters.to_string()
    }
}

/// Chapters below a book or a chapter. Depth is bounded by the reader of JSON.
fn in_lists<E>(
    of: &mut Value,
    each: &mut impl FnMut(&str, &mut String) -> Result<(), E>,
) -> Result<(), E> {
    for list in LISTS {
        let Some(Value::Array(items)) = of.get_mut(list) else { continue };
        for item in items {
            let Some(chapter) = item.get_mut("Chapter") else { continue };
            let path = ["source_path", "path"].into_iter().find_map(|it| chapter.get(it)?.as_str());
            let path = path.map(str::to_owned);
            if let (Some(path), Some(Value::String(text))) = (path, chapter.get_mut("content")) {
                each(&path, text)?;
            }
            in_lists(chapter, each)?;
        }
    }
    Ok(())
}
