//! The walls of `src/world`: who may name which room, by imports and, as far as the sources show
//! it, by calls.

use std::collections::BTreeSet;

use crate::functions::{closing, functions};
use crate::lexer::tokens;
use crate::paths::paths;

/// What everybody in the world stands on.
const GROUND: &[&str] =
    &["api_server", "cluster", "cx", "event", "ids", "latency", "settings", "track"];

/// A room of `src/world` (a folder, or a file beside them), the rooms that it may name besides
/// itself and the ground, and why no more. ARCHITECTURE.md shows the same table.
const ROOMS: [(&str, &[&str], &str); 12] = [
    ("controller", &[], "the controller reads its caches, and asks the API server"),
    ("scheduler", &[], "the scheduler reads its cache, and asks the API server"),
    ("garbage_collector", &[], "the garbage collector asks the API server and stops no pod"),
    ("kubelet", &[], "a kubelet knows its pods and its machine"),
    ("nodes", &["kubelet"], "those who look after nodes reach machines and nobody else"),
    ("script", &["controller", "kubelet", "nodes"], "a scenario acts on nodes and objects"),
    (
        "actors",
        &["controller", "garbage_collector", "kubelet", "nodes", "scheduler", "script"],
        "the actors hand on events and know no run",
    ),
    ("fixture", &[], "an actor is tested without any other"),
    ("run", &["actors"], "a run owns the actors and decides nothing"),
    (
        "setup",
        &[
            "actors",
            "controller",
            "garbage_collector",
            "nodes",
            "run",
            "scheduler",
            "script",
            "simulate",
            "snapshot",
        ],
        "what is there at the start",
    ),
    (
        "snapshot",
        &["actors", "controller", "kubelet", "nodes", "scheduler"],
        "a snapshot is taken over before a run",
    ),
    (
        "simulate",
        &["causes", "controller", "run", "scheduler", "script", "setup"],
        "a run is made and its record is handed out",
    ),
];

/// The rooms of the ground, from the bottom up: each may name those before it. The last four stand
/// side by side: whoever writes at the API server has a context, and the context has an API server.
const STOREYS: [(&str, &[&str]); 8] = [
    ("ids", &[]),
    ("settings", &[]),
    ("cluster", &["ids"]),
    ("event", &["cluster", "ids"]),
    ("cx", &["api_server", "cluster", "event", "ids", "settings"]),
    ("api_server", &["cluster", "cx", "event", "ids", "settings", "track"]),
    ("latency", &["cluster", "cx", "ids"]),
    ("track", &["cluster", "cx", "ids"]),
];

/// Views of a cluster that stands still: they look at everything and act nowhere.
const VIEWS: [&str; 3] = ["causes", "plan", "planned_nodes"];

/// The only files that may name the type `World`.
const NAME_WORLD: [&str; 5] = ["run", "setup", "simulate", "plan", "planned_nodes"];

/// The fields of an actor that others may see: the actors within it or in its reach, for the
/// dispatch.
const SEEN_FIELDS: [(&str, &str); 5] = [
    ("nodes", "kubelets"),
    ("nodes", "lifecycle"),
    ("nodes", "taint_eviction"),
    ("script", "controller"),
    ("script", "nodes"),
];

/// The room of a file below `src/world`; none for others, and for its `mod.rs`.
pub(crate) fn room_of(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("src/world/")?;
    let room = inner.split('/').next()?.trim_end_matches(".rs");
    (room != "mod").then_some(room)
}

/// Whether a room may name another.
fn may_name(room: &str, other: &str) -> bool {
    if room == other || VIEWS.contains(&room) {
        return true;
    }
    match STOREYS.iter().find(|(name, _)| *name == room) {
        Some((_, granted)) => granted.contains(&other),
        None => {
            GROUND.contains(&other)
                || ROOMS.iter().any(|(name, granted, _)| *name == room && granted.contains(&other))
        }
    }
}

fn why(room: &str) -> &'static str {
    let row = ROOMS.iter().find(|(name, ..)| *name == room);
    row.map_or("the ground names nobody above it", |(_, _, why)| why)
}

/// What tests may name besides: the fixture, in which an actor is alone.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs")
}

/// A room names only rooms that the table grants it.
pub(crate) fn walls(path: &str, source: &str) -> Vec<String> {
    let Some(room) = room_of(path) else { return Vec::new() };
    let inside: Vec<String> = path
        .trim_start_matches("src/")
        .trim_end_matches(".rs")
        .split('/')
        .filter(|part| *part != "mod")
        .map(str::to_owned)
        .collect();
    let known = |name: &str| {
        STOREYS.iter().any(|(it, _)| *it == name)
            || ROOMS.iter().any(|(it, ..)| *it == name)
            || VIEWS.contains(&name)
    };
    if !known(room) {
        return vec![format!("{path}: world::{room} has no row in the table of rooms")];
    }
    let mut found = BTreeSet::new();
    for named in paths(&inside, source) {
        let [krate, module, other, ..] = named.leads_to.as_slice() else { continue };
        if krate != "crate" || module != "world" || (is_test(path) && other == "fixture") {
            continue;
        }
        let line = named.line;
        if !known(other) {
            found.insert(format!("{path}:{line} names world::{other}: say the room it lives in"));
        } else if !may_name(room, other) {
            found.insert(format!("{path}:{line} may not name world::{other}: {}", why(room)));
        }
    }
    found.into_iter().collect()
}

/// A room hands on nothing of another one: who imports it would not name the other.
pub(crate) fn handed_on(path: &str, source: &str) -> Vec<String> {
    let Some(room) = room_of(path) else { return Vec::new() };
    let tokens = tokens(source);
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|&at| tokens[at].text == "use" && at > 0) {
        let is_open = matches!(tokens[at - 1].text, "pub" | ")");
        let tree: Vec<&str> =
            tokens[at..].iter().map(|it| it.text).take_while(|text| *text != ";").collect();
        let inside = ["world".to_owned(), room.to_owned()];
        for named in paths(&inside, &tree.join(" ")) {
            if let [krate, module, other, ..] = named.leads_to.as_slice()
                && (krate.as_str(), module.as_str()) == ("crate", "world")
                && is_open
                && other != room
            {
                let line = tokens[at].line;
                found.push(format!("{path}:{line} hands on world::{other}: import it from there"));
            }
        }
    }
    found
}

/// Only those who set a run up, make it or look at it as a whole name `World`.
pub(crate) fn names_world(path: &str, source: &str) -> Vec<String> {
    let Some(room) = room_of(path) else { return Vec::new() };
    if NAME_WORLD.contains(&room) {
        return Vec::new();
    }
    let is_world = |text: &str| text == "World";
    let sentence = |line| format!("{path}:{line} names `World`: an actor is built without one");
    tokens(source)
        .iter()
        .filter(|token| !token.quoted && is_world(token.text))
        .map(|token| sentence(token.line))
        .collect()
}

/// The fields of actors are their own.
pub(crate) fn open_fields(path: &str, source: &str) -> Vec<String> {
    const ACTORS: [&str; 6] =
        ["controller", "garbage_collector", "kubelet", "nodes", "scheduler", "script"];
    let Some(room) = room_of(path).filter(|room| ACTORS.contains(room)) else { return Vec::new() };
    let tokens = tokens(source);
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
        if text(at) != "pub" || (text(at + 1), text(at + 2)) == ("(", "super") {
            continue;
        }
        let place = if text(at + 1) == "(" { closing(&tokens, at + 1) + 1 } else { at + 1 };
        let name = text(place);
        if is_field(&tokens, place) && !SEEN_FIELDS.contains(&(room, name)) {
            let line = tokens[at].line;
            found.push(format!("{path}:{line} opens the field `{name}`: an actor owns its state"));
        }
    }
    found
}

/// Whether the name at a place is that of a field.
fn is_field(tokens: &[crate::lexer::Token<'_>], at: usize) -> bool {
    let is_name = tokens.get(at).is_some_and(|token| token.text != "(");
    is_name && tokens.get(at + 1).is_some_and(|token| token.text == ":")
}

/// A method is known by its name and how many arguments it takes.
type Method = (String, usize);

/// Which room defines a method, and whether others can call it.
type Definitions = BTreeSet<(Method, String, bool)>;

/// Who defines a method that is no room of the world.
const ELSEWHERE: &str = "elsewhere";

/// The methods of all files, by room.
pub(crate) fn methods(files: &[(String, String)]) -> Definitions {
    let mut found = BTreeSet::new();
    for (path, source) in files {
        let room = room_of(path).unwrap_or(ELSEWHERE);
        for function in functions(source).into_iter().filter(|it| it.takes_self) {
            let is_open = room == ELSEWHERE || is_open(path, &function.visibility);
            let method = (function.name, function.parameters.len());
            found.insert((method, room.to_owned(), is_open));
        }
    }
    found
}

/// Whether other rooms see what is so visible in a file: `super` of a file beside the folders is the
/// world.
fn is_open(path: &str, visibility: &str) -> bool {
    let is_beside = path.matches('/').count() == 2;
    match visibility {
        "" => false,
        "pub(super)" => is_beside,
        _ => !visibility.starts_with("pub(in crate::world::"),
    }
}

/// A room calls no method that only rooms define which it may not name.
pub(crate) fn calls(path: &str, source: &str, methods: &Definitions) -> Vec<String> {
    let Some(room) = room_of(path) else { return Vec::new() };
    let mut found = BTreeSet::new();
    for call in functions(source).into_iter().flat_map(|function| function.calls) {
        let method = (call.name.clone(), call.arguments);
        let means = |(it, owner, is_open): &&(Method, String, bool)| {
            *it == method && (*is_open || owner == room)
        };
        let owners: Vec<&str> =
            methods.iter().filter(means).map(|(_, owner, _)| owner.as_str()).collect();
        let is_allowed = owners.iter().any(|owner| {
            let is_fixture = is_test(path) && *owner == "fixture";
            may_name(room, owner) || is_fixture || *owner == ELSEWHERE
        });
        if !owners.is_empty() && !is_allowed {
            let (owner, name, line) = (owners[0], &call.name, call.line);
            let why = why(room);
            found.insert(format!("{path}:{line} calls `{name}` of world::{owner}: {why}"));
        }
    }
    found.into_iter().collect()
}

/// The rows that ARCHITECTURE.md shows of the rooms.
pub(crate) fn rows() -> Vec<(String, String)> {
    let row = |(name, granted, _): &(&str, &[&str], &str)| {
        let rooms: Vec<String> = granted.iter().map(|room| format!("`{room}`")).collect();
        let besides = if rooms.is_empty() {
            "the ground".to_owned()
        } else {
            format!("the ground, {}", rooms.join(", "))
        };
        ((*name).to_owned(), besides)
    };
    ROOMS.iter().map(row).collect()
}

/// Asserts what is found wrong with a file of one bad line.
#[track_caller]
fn check(rule: fn(&str, &str) -> Vec<String>, path: &str, bad: &str, expected: &[&str]) {
    assert_eq!(rule(path, &format!("//! A file.\n{bad}\n")), expected, "{path}: {bad}");
}

#[test]
fn an_actor_that_names_another_is_found() {
    let says = "src/world/kubelet/x.rs:2 may not name world::controller: \
                a kubelet knows its pods and its machine";
    check(
        walls,
        "src/world/kubelet/x.rs",
        "use crate::world::controller::process::Controller;",
        &[says],
    );
    check(
        walls,
        "src/world/kubelet/x.rs",
        "use crate::world::{controller::process, ids};",
        &[says],
    );
    check(walls, "src/world/kubelet/x.rs", "fn f() { crate::world::controller::g() }", &[says]);
    check(walls, "src/world/kubelet/x.rs", "use crate::world::cluster::pods::Pod;", &[]);
    check(walls, "src/world/nodes/x.rs", "use crate::world::kubelet::kubelets::Kubelets;", &[]);
    check(walls, "src/world/scheduler/tests.rs", "use crate::world::fixture::Fixture;", &[]);
    let fixture = "src/world/scheduler/x.rs:2 may not name world::fixture: \
                   the scheduler reads its cache, and asks the API server";
    check(walls, "src/world/scheduler/x.rs", "use crate::world::fixture::Fixture;", &[fixture]);
}

#[test]
fn the_ground_names_nobody_above_it() {
    let says = "src/world/cluster/x.rs:2 may not name world::kubelet: \
                the ground names nobody above it";
    check(walls, "src/world/cluster/x.rs", "use crate::world::kubelet::Role;", &[says]);
    let cx = "src/world/cluster/x.rs:2 may not name world::cx: the ground names nobody above it";
    check(walls, "src/world/cluster/x.rs", "use crate::world::cx::Cx;", &[cx]);
    let glob = "src/world/cluster/x.rs:2 names world::*: say the room it lives in";
    check(walls, "src/world/cluster/x.rs", "use crate::world::*;", &[glob]);
    let options = "src/world/script/x.rs:2 names world::Options: say the room it lives in";
    check(walls, "src/world/script/x.rs", "use crate::world::{Options, ids};", &[options]);
    let unknown = "src/world/attic.rs: world::attic has no row in the table of rooms";
    check(walls, "src/world/attic.rs", "", &[unknown]);
}

#[test]
fn what_is_handed_on_from_another_room_is_found() {
    let says = "src/world/nodes/x.rs:2 hands on world::kubelet: import it from there";
    check(handed_on, "src/world/nodes/x.rs", "pub(super) use crate::world::kubelet::K;", &[says]);
    check(
        handed_on,
        "src/world/nodes/x.rs",
        "pub use crate::world::{kubelet::K, ids};",
        &[says, "src/world/nodes/x.rs:2 hands on world::ids: import it from there"],
    );
    check(handed_on, "src/world/nodes/x.rs", "use crate::world::kubelet::K;", &[]);
    check(handed_on, "src/world/nodes/mod.rs", "pub(super) use steps::Nodes;", &[]);
    check(handed_on, "src/world/nodes/x.rs", "pub use crate::world::nodes::steps::Nodes;", &[]);
}

#[test]
fn whoever_names_the_world_is_found() {
    let says = "src/world/nodes/x.rs:2 names `World`: an actor is built without one";
    check(names_world, "src/world/nodes/x.rs", "fn f(world: &World) {}", &[says]);
    check(
        names_world,
        "src/world/nodes/x.rs",
        "use crate::world::run::World as Everything;",
        &[says],
    );
    check(names_world, "src/world/nodes/x.rs", "// World", &[]);
    check(names_world, "src/world/setup.rs", "fn f(world: &World) {}", &[]);
}

#[test]
fn an_open_field_of_an_actor_is_found() {
    let says = "src/world/kubelet/x.rs:2 opens the field `pulls`: an actor owns its state";
    check(
        open_fields,
        "src/world/kubelet/x.rs",
        "struct X { pub(in crate::world) pulls: u8 }",
        &[says],
    );
    check(open_fields, "src/world/kubelet/x.rs", "struct X { pub(crate) pulls: u8 }", &[says]);
    check(open_fields, "src/world/kubelet/x.rs", "struct X { pub pulls: u8 }", &[says]);
    check(
        open_fields,
        "src/world/kubelet/x.rs",
        "struct X { pub(in super::super) pulls: u8 }",
        &[says],
    );
    let other = "src/world/kubelet/x.rs:2 opens the field `lifecycle`: an actor owns its state";
    check(open_fields, "src/world/kubelet/x.rs", "struct X { pub lifecycle: u8 }", &[other]);
    check(open_fields, "src/world/nodes/x.rs", "struct X { pub lifecycle: u8 }", &[]);
    check(open_fields, "src/world/kubelet/x.rs", "struct X { pub(super) pulls: u8 }", &[]);
    check(open_fields, "src/world/kubelet/x.rs", "pub(in crate::world) fn f(a: u8) {}", &[]);
    check(open_fields, "src/world/cluster/x.rs", "struct X { pub(in crate::world) a: u8 }", &[]);
}

#[test]
fn a_call_over_a_wall_is_found() {
    let file = |path: &str, source: &str| (path.to_owned(), source.to_owned());
    let files = [
        file(
            "src/world/scheduler/a.rs",
            "impl S { pub(in crate::world) fn take_next(&mut self, cx: &mut Cx) {} }",
        ),
        file(
            "src/world/kubelet/b.rs",
            "impl K { pub fn pulls(&self) -> u8 { 0 } pub fn twice(&self) {} }",
        ),
        file("src/world/cluster/c.rs", "impl C { pub fn twice(&self) {} fn own(&self) {} }"),
        file("src/world/controller/d.rs", "impl D { pub(crate) fn enqueue(&self, a: A, b: B) {} }"),
        file("src/world/run.rs", "impl World { pub(super) fn at_start(&self) {} }"),
    ];
    let methods = methods(&files);
    let check = |path: &str, bad: &str, expected: &[&str]| {
        assert_eq!(calls(path, &format!("\n{bad}"), &methods), expected, "{bad}");
    };
    let says = "src/world/kubelet/x.rs:2 calls `take_next` of world::scheduler: \
                a kubelet knows its pods and its machine";
    check("src/world/kubelet/x.rs", "fn f() { x.y.take_next(cx) }", &[says]);
    check("src/world/actors.rs", "fn f() { x.take_next(cx) }", &[]);
    let enqueue = "src/world/kubelet/x.rs:2 calls `enqueue` of world::controller: \
                   a kubelet knows its pods and its machine";
    check("src/world/kubelet/x.rs", "fn f() { x.enqueue(a | b, cx) }", &[enqueue]);
    check("src/world/kubelet/x.rs", "fn f() { x.enqueue::<A<B>>(a < b, cx) }", &[enqueue]);
    let start = "src/world/kubelet/x.rs:2 calls `at_start` of world::run: \
                 a kubelet knows its pods and its machine";
    check("src/world/kubelet/x.rs", "fn f() { x.at_start() }", &[start]);
    // Another number of arguments is another method, and one that a neighbor has is allowed.
    check("src/world/kubelet/x.rs", "fn f() { x.take_next() }", &[]);
    check("src/world/controller/x.rs", "fn f() { x.twice() }", &[]);
    // Nobody outside can mean a method that its folder keeps to itself.
    check("src/world/controller/x.rs", "fn f() { x.own() }", &[]);
    let pulls = "src/world/cluster/x.rs:2 calls `pulls` of world::kubelet: \
                 the ground names nobody above it";
    check("src/world/cluster/x.rs", "fn f() { x.pulls() }", &[pulls]);
}
