//! The problems of a scenario, by the source they are in.
//!
//! A scenario is made of several sources: its own file, manifests, `--set` options. A problem is
//! shown in the source that its value was taken from.

use crate::input::{FieldPath, Limits, Position, Problem, Source, locate, render};

/// Problems by source, in the order in which the sources were read.
#[derive(Clone, Debug, Default)]
pub struct Report {
    files: Vec<FileProblems>,
}

/// The problems of one source.
#[derive(Clone, Debug)]
pub struct FileProblems {
    /// The source.
    pub source: Source,
    /// What is wrong with it; may be empty.
    pub problems: Vec<Problem>,
    /// How large it may be.
    limits: Limits,
}

impl Report {
    /// The sources that were read, with their problems.
    pub fn files(&self) -> &[FileProblems] {
        &self.files
    }

    /// Every problem, by source.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.files.iter().flat_map(|file| &file.problems)
    }

    /// Whether something keeps the scenario from being run.
    pub fn has_errors(&self) -> bool {
        self.problems().any(Problem::is_error)
    }

    /// Each problem as a paragraph with its line; terminal colors only if `color`.
    pub fn render(&self, color: bool) -> String {
        let shown: Vec<_> = self
            .files
            .iter()
            .filter(|file| !file.problems.is_empty())
            .map(|file| render(&file.source, &file.problems, color))
            .collect();
        shown.join("\n")
    }
}

/// A source by the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SourceId(usize);

/// Where a value stands.
#[derive(Clone, Debug)]
pub(super) struct ValuePlace {
    pub(super) source: SourceId,
    /// The document of the source, from 0.
    pub(super) document: usize,
    pub(super) path: FieldPath,
}

/// A value that `--set` put into another source.
#[derive(Clone, Debug)]
struct Overridden {
    place: ValuePlace,
    by: SourceId,
    at: Position,
}

/// Collects sources and their problems.
#[derive(Debug, Default)]
pub(super) struct Sources {
    files: Vec<FileProblems>,
    overridden: Vec<Overridden>,
}

impl Sources {
    /// The scenario itself, which is the first source.
    pub(super) const SCENARIO: SourceId = SourceId(0);

    /// Adds a source.
    pub(super) fn add(&mut self, source: Source, limits: Limits) -> SourceId {
        self.files.push(FileProblems { source, problems: Vec::new(), limits });
        SourceId(self.files.len() - 1)
    }

    /// A source that was added.
    pub(super) fn source(&self, id: SourceId) -> &Source {
        &self.files[id.0].source
    }

    /// Notes that the value of `place` is written at `at` in `by`.
    pub(super) fn override_value(&mut self, place: ValuePlace, by: SourceId, at: Position) {
        self.overridden.push(Overridden { place, by, at });
    }

    /// Notes problems of a source.
    pub(super) fn report(&mut self, id: SourceId, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            let (id, problem) = self.whence(id, problem);
            let known = &mut self.files[id.0].problems;
            // One manifest may be used in several places; its problems are told once.
            if !known.contains(&problem) {
                known.push(problem);
            }
        }
    }

    /// Whether something keeps the scenario from being run.
    pub(super) fn has_errors(&self) -> bool {
        self.files.iter().flat_map(|file| &file.problems).any(Problem::is_error)
    }

    /// The report, with the places looked up.
    pub(super) fn finish(mut self) -> Report {
        for file in &mut self.files {
            locate(&file.source, &file.limits, &mut file.problems);
        }
        Report { files: self.files }
    }

    /// Where the value that a problem is about was really written.
    fn whence(&self, id: SourceId, problem: Problem) -> (SourceId, Problem) {
        let covers = |overridden: &&Overridden| {
            let ValuePlace { source, document, path } = &overridden.place;
            *source == id && *document == problem.document && problem.path.starts_with(path)
        };
        match self.overridden.iter().rev().find(covers) {
            None => (id, problem),
            Some(overridden) => {
                let problem = Problem { document: 0, on_key: false, ..problem };
                (overridden.by, problem.at(overridden.at))
            }
        }
    }
}
