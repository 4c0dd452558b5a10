//! Which part of a sweep a process does, as Kubernetes and batch systems tell it in its environment.

use crate::cli::exit::Failure;
use crate::cli::sweep::refuse;
use crate::study::{ProposalError, Shard};

/// How a system numbers the tasks of an array.
struct System {
    /// The variable with the number of this task.
    task: &'static str,
    /// The variable with the number of the first task, or that number.
    first: First,
    /// The variable with the number of tasks, if there is one.
    tasks: Option<&'static str>,
}

enum First {
    Is(u32),
    Variable(&'static str),
}

/// In the order in which they are asked. Sources: Kubernetes, «Indexed Job»; `sbatch(1)`, «Job arrays»;
/// PBS Professional's `PBS_ARRAY_INDEX` and Torque's `PBS_ARRAYID`, which have what the array is
/// submitted with: here from 1 on; `qsub(1)` of Grid Engine; `parallel(1)`.
const SYSTEMS: [System; 6] = [
    System { task: "JOB_COMPLETION_INDEX", first: First::Is(0), tasks: None },
    System {
        task: "SLURM_ARRAY_TASK_ID",
        first: First::Variable("SLURM_ARRAY_TASK_MIN"),
        tasks: Some("SLURM_ARRAY_TASK_COUNT"),
    },
    System { task: "PBS_ARRAY_INDEX", first: First::Is(1), tasks: None },
    System { task: "PBS_ARRAYID", first: First::Is(1), tasks: None },
    System { task: "SGE_TASK_ID", first: First::Variable("SGE_TASK_FIRST"), tasks: None },
    System { task: "PARALLEL_SEQ", first: First::Is(1), tasks: None },
];

/// The part that is meant: `2/8`; `/8`, which takes its number from the environment; `auto`, which
/// takes both from there.
pub(super) fn shard(written: Option<&str>) -> Result<Shard, Failure> {
    let Some(written) = written else { return Ok(Shard::WHOLE) };
    full(written, |name| std::env::var(name).ok()).and_then(|it| it.parse()).map_err(
        |message: String| {
            let (message, hint) = message.split_once("; ").unwrap_or((&message, ""));
            refuse(ProposalError::new("bad-shard", format!("--shard: {message}"), hint))
        },
    )
}

/// `2/8`, of what is written and of the environment.
fn full(written: &str, variable: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let asks_for_all = written == "auto";
    let Some(of) = written.strip_prefix('/').or(asks_for_all.then_some("")) else {
        return Ok(written.to_owned());
    };
    let number = |name: &str| variable(name).and_then(|it| it.trim().parse::<u32>().ok());
    let found = SYSTEMS.iter().find_map(|it| Some((it, number(it.task)?)));
    let Some((system, task)) = found else {
        let names = SYSTEMS.map(|it| it.task).join(", ");
        return Err(format!(
            "`{written}` asks the environment which part this is, and it does not say; write `2/8`, \
             or set one of {names}"
        ));
    };
    let first = match system.first {
        First::Is(first) => first,
        First::Variable(name) => number(name).unwrap_or(1),
    };
    let part = task
        .checked_sub(first)
        .and_then(|it| it.checked_add(1))
        .ok_or_else(|| format!("{} is {task}; number the tasks from {first} on", system.task))?;
    if !asks_for_all {
        return Ok(format!("{part}/{of}"));
    }
    match system.tasks.and_then(number) {
        Some(of) => Ok(format!("{part}/{of}")),
        None => Err(format!(
            "`auto` asks the environment for the number of parts, and {} alone does not say; write `/8`",
            system.task
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, environment: &[(&str, &str)], expected: Result<&str, &str>) {
        let variable = |name: &str| {
            let found = environment.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let found = full(written, variable);
        match expected {
            Ok(part) => assert_eq!(found.as_deref(), Ok(part)),
            Err(part) => assert!(found.as_ref().is_err_and(|it| it.contains(part)), "{found:?}"),
        }
    }

    #[test]
    fn what_is_written_in_full_is_meant() {
        check("2/8", &[("SLURM_ARRAY_TASK_ID", "5")], Ok("2/8"));
        check("8", &[], Ok("8"));
    }

    #[test]
    fn each_system_says_which_part_it_is() {
        check("/8", &[("JOB_COMPLETION_INDEX", "0")], Ok("1/8"));
        check("/8", &[("SLURM_ARRAY_TASK_ID", "10"), ("SLURM_ARRAY_TASK_MIN", "10")], Ok("1/8"));
        check("/8", &[("PBS_ARRAY_INDEX", "8")], Ok("8/8"));
        check("/8", &[("PBS_ARRAYID", "3")], Ok("3/8"));
        check("/8", &[("SGE_TASK_ID", "3"), ("SGE_TASK_FIRST", "1")], Ok("3/8"));
        check("/8", &[("SGE_TASK_ID", "undefined"), ("PARALLEL_SEQ", "4")], Ok("4/8"));
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "4"),
            ("SLURM_ARRAY_TASK_MIN", "0"),
            ("SLURM_ARRAY_TASK_COUNT", "5"),
        ];
        check("auto", &slurm, Ok("5/5"));
    }

    #[test]
    fn what_the_environment_does_not_say_is_told() {
        check("/8", &[], Err("SLURM_ARRAY_TASK_ID"));
        check("auto", &[("PBS_ARRAY_INDEX", "1")], Err("write `/8`"));
        check("/8", &[("PBS_ARRAY_INDEX", "0")], Err("number the tasks from 1 on"));
    }
}
