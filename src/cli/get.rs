//! `rollcast get`: what `kubectl get` would have printed at a moment of a run.

use std::path::Path;

use serde_json::Value;

use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::get_args::{GetArgs, GetFormat};
use crate::cli::get_request::{Request, not_found, nothing_found, requests};
use crate::cli::namespaces::namespaces;
use crate::cli::opened::open;
use crate::cli::terminal::{note, print};
use crate::cli::watch::watch;
use crate::inspect::{Moment, Run};
use crate::report::kubectl::get::{Group, Query, Shown, find, row, tables};
use crate::report::kubectl::{Columns, Resource};
use crate::report::objects::{list_json, list_of, object_json, object_yaml};
use crate::time::{SimDuration, SimTime};

pub(super) fn get(args: &GetArgs) -> Result<Outcome, Failure> {
    let (words, results) = match args.words.split_last() {
        Some((results, words)) if !words.is_empty() => (words, results),
        Some(_) | None => {
            let message = "there is nothing to get, or no results folder";
            return Err(refuse("incomplete", message, "write `rollcast get pods RESULTS`"));
        }
    };
    let requests = requests(words)?;
    if args.selector.is_some() && requests.iter().any(|it| it.name.is_some()) {
        let message = "name cannot be provided when a selector is specified";
        return Err(refuse("name-and-selector", message, "leave out one of both"));
    }
    let is_named = |it: &Request| it.name.is_some() && it.resource.is_namespaced();
    if args.scope.all_namespaces && requests.iter().any(is_named) {
        let message = "a resource cannot be retrieved by name across all namespaces";
        return Err(refuse("name-and-namespaces", message, "write `-n NAMESPACE` instead of `-A`"));
    }
    let opened = open(Path::new(results))?;
    let at = opened.moment(args.at.or(args.watch.then_some(SimDuration::ZERO)))?;
    let moment = opened.run.at(at);
    let asked = Asked::of(args, &opened.run, &moment);
    if args.watch {
        let until = opened.moment(args.until)?;
        if until < at {
            let message = format!("--until {until} is before {at}, where watching begins");
            return Err(refuse("until-before-at", &message, "give a later `--until`"));
        }
        return watch(&opened.run, &requests, &asked, &moment, until);
    }
    let found = asked.find(&moment, &requests);
    let is_empty = asked.is_table() && found.objects().is_empty();
    print(&asked.text(&found, &moment, &mut Columns::default()))?;
    match found.missing.as_slice() {
        [] if is_empty => note(&asked.nothing(&requests, &opened.run, &moment)),
        [] => {}
        missing => return Err(Failure::Kubectl(missing.concat())),
    }
    Ok(Outcome::Ok)
}

/// What is wanted of the objects that are found.
pub(super) struct Asked<'a> {
    args: &'a GetArgs,
    /// None for all.
    namespace: Option<String>,
}

/// Objects that are there, and messages about those that are not.
#[derive(Default)]
pub(super) struct Found {
    pub(super) groups: Vec<Group>,
    pub(super) missing: Vec<String>,
    /// Whether one object was asked for by its name.
    is_one: bool,
}

impl Found {
    fn objects(&self) -> Vec<&Value> {
        self.groups.iter().flat_map(|group| &group.objects).collect()
    }
}

impl<'a> Asked<'a> {
    fn of(args: &'a GetArgs, run: &Run, moment: &Moment) -> Self {
        Self { args, namespace: args.scope.namespace(run, moment) }
    }

    /// The objects of these kinds and names.
    pub(super) fn find(&self, moment: &Moment, requests: &[Request]) -> Found {
        let is_one = matches!(requests, [Request { name: Some(_), .. }]);
        let mut found = Found { is_one, ..Found::default() };
        for request in requests {
            let Request { resource, name } = request;
            let objects = find(moment, &self.query(request));
            if let Some(name) = name.as_ref().filter(|_| objects.is_empty()) {
                found.missing.push(not_found(*resource, name));
                continue;
            }
            match found.groups.last_mut().filter(|last| last.resource == *resource) {
                Some(last) => last.objects.extend(objects),
                None => found.groups.push(Group { resource: *resource, objects }),
            }
        }
        found
    }

    fn is_table(&self) -> bool {
        matches!(self.args.output, GetFormat::Table | GetFormat::Wide)
    }

    /// Whether each object is printed in full.
    pub(super) fn prints_objects(&self) -> bool {
        matches!(self.args.output, GetFormat::Json | GetFormat::Yaml)
    }

    pub(super) fn is_yaml(&self) -> bool {
        self.args.output == GetFormat::Yaml
    }

    /// The objects in the format that is wanted.
    pub(super) fn text(&self, found: &Found, moment: &Moment, columns: &mut Columns) -> String {
        let objects = found.objects();
        match (self.args.output, objects.as_slice()) {
            (GetFormat::Json | GetFormat::Yaml, []) if found.is_one => String::new(),
            (GetFormat::Json, [one]) if found.is_one => object_json(one),
            (GetFormat::Json, all) => list_json(all),
            (GetFormat::Yaml, [one]) if found.is_one => object_yaml(one),
            (GetFormat::Yaml, all) => {
                object_yaml(&list_of(all.iter().map(|&it| it.clone()).collect()))
            }
            (GetFormat::Name, _) => {
                let line = |group: &Group| {
                    let kind = group.resource.singular();
                    let names = group.objects.iter().map(|it| {
                        format!("{kind}/{}\n", it["metadata"]["name"].as_str().unwrap_or_default())
                    });
                    names.collect::<String>()
                };
                found.groups.iter().map(line).collect()
            }
            (GetFormat::Table | GetFormat::Wide, _) => {
                let shown = self.shown(&found.groups);
                tables(&found.groups, moment.now, shown, self.args.no_headers, columns)
            }
        }
    }

    /// The columns of tables of these groups.
    pub(super) fn shown(&self, groups: &[Group]) -> Shown {
        let several = |first: &Group| groups.iter().any(|it| it.resource != first.resource);
        Shown {
            wide: self.args.output == GetFormat::Wide,
            namespace: self.args.scope.all_namespaces,
            labels: self.args.show_labels,
            kind: groups.first().is_some_and(several),
        }
    }

    /// That there are no such objects, and where there are some.
    fn nothing(&self, requests: &[Request], run: &Run, moment: &Moment) -> String {
        let mut text = nothing_found(requests, self.namespace.as_deref());
        let namespaced = requests.iter().all(|it| it.resource.is_namespaced());
        let all: Vec<String> = namespaces(run, moment).into_iter().collect();
        let is_elsewhere = |wanted: &String| !all.is_empty() && !all.contains(wanted);
        if namespaced && self.namespace.as_ref().is_some_and(is_elsewhere) {
            text.extend(["hint: the record has these namespaces: ", &all.join(", "), "\n"]);
        }
        text
    }

    /// One object that changed, as what comes after those that are printed already.
    pub(super) fn one_more(
        &self,
        resource: Resource,
        object: &Value,
        now: SimTime,
        columns: &mut Columns,
    ) -> String {
        let name = || object["metadata"]["name"].as_str().unwrap_or_default();
        match self.args.output {
            GetFormat::Json => object_json(object),
            GetFormat::Yaml => object_yaml(object),
            GetFormat::Name => format!("{}/{}\n", resource.singular(), name()),
            GetFormat::Table | GetFormat::Wide => {
                let mut shown = self.shown(&[]);
                shown.namespace &= resource.is_namespaced();
                columns.lines(&[row(resource, object, now, shown)])
            }
        }
    }

    /// What is meant by a request.
    pub(super) fn query<'q>(&'q self, request: &'q Request) -> Query<'q> {
        Query {
            resource: request.resource,
            namespace: self.namespace.as_deref(),
            name: request.name.as_deref(),
            selector: self.args.selector.as_ref(),
        }
    }
}
