//! Who holds a rollout up, and what would have moved it, in words.

use crate::inspect::AdviceEntry;
use crate::inspect::why::{Blocker, NoSetting, Progress, Setting, Spent, Stall};
use crate::report::cause::patch;
use crate::report::readable::{count, number, part, span};
use crate::report::table::layout;
use crate::report::why::phases::holders;

/// How many names a row shows.
const NAMED: usize = 5;

/// Names of which a command shows all.
const TYPED: usize = 200;

/// How far the last rollout of a DaemonSet has come; if it stands, what it takes.
pub fn stall_text(daemon_set: &str, progress: &Progress<'_>) -> String {
    match progress {
        Progress::NoRollout => format!("{daemon_set}: nothing stalls; there was no rollout\n"),
        Progress::Deleted => format!("{daemon_set}: nothing stalls; the DaemonSet is deleted\n"),
        Progress::OnDelete => {
            format!("{daemon_set}: nothing stalls; OnDelete replaces no pods by itself\n")
        }
        Progress::Finished(rollout) => {
            let at = rollout.finished().map(span).unwrap_or_default();
            format!("{daemon_set}: nothing stalls; `{}` was complete at {at}\n", rollout.trigger)
        }
        Progress::Moving(rollout) => format!(
            "{daemon_set}: nothing stalls; `{}` was still in progress when the run ended; last \
             progress at {}\n",
            rollout.trigger,
            span(rollout.last_progress())
        ),
        Progress::Stuck(stall) => stuck(stall),
    }
}

fn stuck(stall: &Stall<'_>) -> String {
    let status = stall.entry.status;
    let mut text = format!(
        "{}: `{}` has been stuck since {}: {} updated\n\n",
        stall.entry.daemon_set,
        stall.rollout.trigger,
        span(stall.rollout.last_progress()),
        part(status.updated.into(), status.desired.into(), "node"),
    );
    let field = field(stall.surges);
    let budget = count(stall.budget.into(), "node");
    text.extend([field, " is ", &budget, ". In the way:\n"]);
    text.push_str(&blockers(&stall.blockers));
    text.push_str(&others(stall.waiting));
    text.push_str(&setting(stall));
    if !stall.entry.advice.is_empty() {
        text.push_str("\nTried after the end of the run:\n");
        for attempt in &stall.entry.advice {
            text.push_str(&tried(attempt));
        }
    }
    text
}

fn others(waiting: u32) -> String {
    match waiting {
        0 => String::new(),
        1 => "1 other node waits for its turn.\n".to_owned(),
        more => format!("{} other nodes wait for their turn.\n", number(more.into())),
    }
}

fn field(surges: bool) -> &'static str {
    if surges { "maxSurge" } else { "maxUnavailable" }
}

fn blockers(all: &[Blocker<'_>]) -> String {
    let mut rows = vec![["NODES", "SINCE", "CAUSE"].map(str::to_owned).to_vec()];
    for it in all {
        let rest = it.nodes.len().saturating_sub(NAMED);
        let mut nodes = it.nodes[..it.nodes.len() - rest].join(", ");
        if rest > 0 {
            nodes.extend([" and ", &number(rest as u64), " more"]);
        }
        let since = it.since.map_or("<unknown>".to_owned(), span);
        rows.push(vec![nodes, since, it.message.to_owned()]);
    }
    layout(&rows)
}

/// The smallest setting that moves, with the command for it.
fn setting(stall: &Stall<'_>) -> String {
    let setting = match &stall.setting {
        Ok(setting) => setting,
        Err(why) => {
            return format!("No change to the update strategy helps: {}.\n", none(*why));
        }
    };
    let words = setting_words(*setting);
    let command = patch(&stall.entry.daemon_set, &budget(*setting));
    format!("The smallest change that lets the others continue: {words}\n  {command}\n")
}

/// `maxUnavailable 21, or 8%`.
pub(super) fn setting_words(setting: Setting) -> String {
    let or = |percent: Option<u32>| percent.map_or(String::new(), |it| format!(", or {it}%"));
    match setting {
        Setting::MaxUnavailable { nodes, percent } => {
            format!("maxUnavailable {nodes}{}", or(percent))
        }
        Setting::MaxSurge { nodes, percent } => format!("maxSurge {nodes}{}", or(percent)),
        Setting::NoSurge { max_unavailable } => {
            format!("maxSurge 0 with maxUnavailable {max_unavailable}")
        }
    }
}

/// The fields of `rollingUpdate`.
fn budget(setting: Setting) -> String {
    match setting {
        Setting::MaxUnavailable { nodes, .. } => format!(r#""maxUnavailable":{nodes}"#),
        Setting::MaxSurge { nodes, .. } => format!(r#""maxSurge":{nodes}"#),
        Setting::NoSurge { max_unavailable } => {
            format!(r#""maxSurge":0,"maxUnavailable":{max_unavailable}"#)
        }
    }
}

/// Why there is none, and what helps instead.
pub(super) fn none(why: NoSetting) -> &'static str {
    match why {
        NoSetting::NewRevisionFails => {
            "the new revision does not work on any node, so a larger budget would only break more; go back \
             with `kubectl rollout undo`, or fix the new revision"
        }
        NoSetting::Refused => "the API server refuses new pods; let it admit them",
        NoSetting::NothingElseWaits => "no other node is waiting",
        NoSetting::Passes => "the nodes in the way come back by themselves",
        NoSetting::NoLeader => "no process of the controller leads; bring one back",
        NoSetting::Controller => {
            "the controller does not act; `kubectl annotate` makes it look again"
        }
    }
}

fn tried(attempt: &AdviceEntry) -> String {
    let commands = match attempt.commands.as_slice() {
        [] => "waiting".to_owned(),
        commands => commands.join(" and "),
    };
    let commands = shortened(&commands);
    let became = match attempt.ends_after() {
        Some(after) => format!("complete {} later", span(after)),
        None => {
            format!("{} updated", part(attempt.updated.into(), attempt.desired.into(), "node"))
        }
    };
    format!("  {commands}\n    {became}\n")
}

/// A command with its first names only, if they are many.
fn shortened(command: &str) -> String {
    let words: Vec<&str> = command.split(' ').collect();
    if words.len() <= TYPED {
        return command.to_owned();
    }
    format!("{} … ({} more)", words[..TYPED].join(" "), number((words.len() - TYPED) as u64))
}

/// Who held the budget at an instant before the end.
pub fn spent_text(spent: &Spent<'_>) -> String {
    let field = field(spent.surges);
    let at = span(spent.at);
    let waiting = match spent.waiting {
        1 => "1 old pod waits for its turn".to_owned(),
        more => format!("{} old pods wait for their turn", number(more.into())),
    };
    if spent.holders.is_empty() {
        return format!("{}: at {at} no node holds the budget; {waiting}\n", spent.daemon_set);
    }
    let nodes = count(spent.holders.len() as u64, "node");
    let held = match (spent.surges, spent.holders.len()) {
        (true, 1) => format!("{nodes} has a new pod that is not available yet"),
        (true, _) => format!("{nodes} have a new pod that is not available yet"),
        (false, 1) => format!("{nodes} is without an available pod"),
        (false, _) => format!("{nodes} are without an available pod"),
    };
    format!(
        "{}: at {at} {field} is {}, and {held}: {}; {waiting}\n",
        spent.daemon_set,
        count(spent.budget.into(), "node"),
        holders(&spent.holders)
    )
}
