//! `rollcast describe`: what `kubectl describe` would have printed at a moment of a run.

use std::path::Path;

use serde_json::Value;

use crate::cli::describe_args::DescribeArgs;
use crate::cli::exit::{Failure, Outcome, refuse};
use crate::cli::get_request::{Request, not_found, nothing_found, requests};
use crate::cli::opened::open;
use crate::cli::terminal::{note, print};
use crate::inspect::Moment;
use crate::report::kubectl::Resource;
use crate::report::kubectl::describe::Describer;
use crate::report::kubectl::get::{Query, find};

pub(super) fn describe(args: &DescribeArgs) -> Result<Outcome, Failure> {
    let (words, results) = match args.words.split_last() {
        Some((results, words)) if !words.is_empty() => (words, results),
        Some(_) | None => {
            let message = "there is nothing to describe, or no results folder";
            return Err(refuse("incomplete", message, "write `rollcast describe ds RESULTS`"));
        }
    };
    let requests = requests(words)?;
    requests.iter().try_for_each(|request| can_be_described(request.resource))?;
    let opened = open(Path::new(results))?;
    let moment = opened.run.at(opened.moment(args.at)?);
    let namespace = args.scope.namespace(&opened.run, &moment);
    let describer = Describer::of(&moment);
    let asked = Asked { moment: &moment, describer, namespace: namespace.as_deref() };
    // kubectl looks for beginnings of names only after a type and one name.
    let may_be_prefix = matches!(words, [_, name] if !name.contains('/'));
    if let ([request], true) = (requests.as_slice(), may_be_prefix)
        && asked.exact(request).is_empty()
    {
        return asked.describe_prefixed(request);
    }
    asked.describe(&requests)
}

/// Where objects are looked for.
struct Asked<'a> {
    moment: &'a Moment,
    describer: Describer<'a>,
    /// None for all.
    namespace: Option<&'a str>,
}

impl Asked<'_> {
    fn exact(&self, Request { resource, name }: &Request) -> Vec<Value> {
        self.find(*resource, name.as_deref())
    }

    fn find(&self, resource: Resource, name: Option<&str>) -> Vec<Value> {
        let namespace = self.namespace;
        find(self.moment, &Query { resource, namespace, name, selector: None })
    }

    /// All objects that are meant, with two empty lines between them.
    fn describe(&self, requests: &[Request]) -> Result<Outcome, Failure> {
        let (mut texts, mut missing) = (Vec::new(), String::new());
        for request in requests {
            let objects = self.exact(request);
            if let Some(name) = request.name.as_ref().filter(|_| objects.is_empty()) {
                missing.push_str(&not_found(request.resource, name));
            }
            texts.extend(objects.iter().filter_map(|it| self.text(request.resource, it)));
        }
        let nothing = texts.is_empty();
        print(&texts.join("\n\n"))?;
        if !missing.is_empty() {
            return Err(Failure::Kubectl(missing));
        }
        if nothing {
            note(&nothing_found(requests, self.namespace));
        }
        Ok(Outcome::Ok)
    }

    /// All objects whose names begin as is written, each with an empty line after it.
    ///
    /// Source: `kubectl/pkg/cmd/describe/describe.go › DescribeMatchingResources`.
    fn describe_prefixed(&self, request: &Request) -> Result<Outcome, Failure> {
        let prefix = request.name.as_deref().unwrap_or_default();
        let begins_so = |object: &&Value| {
            object["metadata"]["name"].as_str().is_some_and(|name| name.starts_with(prefix))
        };
        let all = self.find(request.resource, None);
        let texts: Vec<String> = all
            .iter()
            .filter(begins_so)
            .filter_map(|object| Some(self.text(request.resource, object)? + "\n"))
            .collect();
        if texts.is_empty() {
            return Err(Failure::Kubectl(not_found(request.resource, prefix)));
        }
        print(&texts.concat())
    }

    fn text(&self, resource: Resource, object: &Value) -> Option<String> {
        self.describer.describe(resource, object)
    }
}

fn can_be_described(resource: Resource) -> Result<(), Failure> {
    if matches!(resource, Resource::DaemonSets | Resource::Pods | Resource::Nodes) {
        return Ok(());
    }
    let message = format!("{} cannot be described", resource.plural());
    let hint = "describe `ds`, `pods` or `nodes`; `rollcast get -o yaml` prints other objects";
    Err(refuse("not-described", &message, hint))
}
