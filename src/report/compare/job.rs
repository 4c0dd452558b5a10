//! A Kubernetes Indexed Job that runs a sweep in parts, and how to collect them.
//!
//! Each part prints its journal, as logs are what every cluster has, or writes it to a volume.
//! Source of the fields: <https://kubernetes.io/docs/concepts/workloads/controllers/job/>.

use std::fmt::Write as _;

/// A sweep in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// For the name of the objects.
    pub name: String,
    /// The image that has rollcast as its entry point.
    pub image: String,
    /// Parts, which is `completions`, from 1.
    pub parts: u32,
    /// How many of them run at a time, which is `parallelism`.
    pub parallel: u32,
    pub command: Vec<String>,
    /// Paths below `/sweep`, and what is in them.
    pub files: Vec<(String, String)>,
    /// The `PersistentVolumeClaim` that is mounted at [`OUT`]; none if parts print their journals.
    pub claim: Option<String>,
}

/// Where the claim is mounted.
pub const OUT: &str = "/sweep-out";

/// The `ConfigMap` and the Job, as YAML.
pub fn job_manifest(job: &Job) -> String {
    let name = object_name(&job.name);
    let mut yaml = match &job.claim {
        None => from_logs(&name, job.parts),
        Some(claim) => from_claim(&name, job.parts, claim),
    };
    let _ = writeln!(yaml, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:");
    for (index, (path, text)) in job.files.iter().enumerate() {
        let _ = writeln!(yaml, "  # {}\n  file-{index}: {}", one_line(path), quoted(text));
    }
    let Job { parts, parallel, .. } = job;
    let _ = write!(
        yaml,
        "---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\nspec:\n  \
         completionMode: Indexed\n  completions: {parts}\n  parallelism: {parallel}\n  \
         backoffLimitPerIndex: 2\n  template:\n    spec:\n      restartPolicy: Never\n      \
         containers:\n        - name: rollcast\n          image: {}\n          args:\n",
        quoted(&job.image)
    );
    for argument in &job.command {
        let _ = writeln!(yaml, "            - {}", quoted(argument));
    }
    yaml.push_str(
        "          resources:\n            requests: {cpu: \"1\", memory: 256Mi}\n          \
         volumeMounts:\n            - {name: sweep, mountPath: /sweep}\n",
    );
    if job.claim.is_some() {
        let _ = writeln!(yaml, "            - {{name: out, mountPath: {OUT}, subPath: {name}}}");
    }
    yaml + &volumes(&name, job)
}

/// How to run the Job, and to join what its pods print.
fn from_logs(name: &str, parts: u32) -> String {
    let last = parts - 1;
    format!(
        "# A sweep in {parts} parts, each a pod that prints its runs, packed: \
         the log of a pod holds them all.\n#\n\
         #   kubectl apply -f job.yaml\n\
         #   kubectl wait --for=condition=complete --timeout=24h job/{name}\n\
         #   mkdir parts\n\
         #   for i in $(seq 0 {last}); do kubectl logs --tail=-1 -l \\\n\
         #     batch.kubernetes.io/job-name={name},batch.kubernetes.io/job-completion-index=$i \\\n\
         #     > parts/runs-$i.jsonl; done\n\
         #   rollcast merge parts --out results/{name}\n"
    )
}

/// How to run the Job, and to join what its pods write to a volume.
fn from_claim(name: &str, parts: u32, claim: &str) -> String {
    let fetch = format!(
        "{{\"spec\":{{\"containers\":[{{\"name\":\"fetch\",\"image\":\"busybox:1.37\",\
         \"command\":[\"sleep\",\"1d\"],\"volumeMounts\":[{{\"name\":\"out\",\
         \"mountPath\":\"{OUT}\",\"subPath\":\"{name}\"}}]}}],\"volumes\":[{{\"name\":\"out\",\
         \"persistentVolumeClaim\":{{\"claimName\":\"{claim}\"}}}}]}}}}"
    );
    format!(
        "# A sweep in {parts} parts, each a pod that writes its runs to the claim {claim}, and goes on\n\
         # where another one was cut off. Unless all pods are on one node, the claim must be\n\
         # ReadWriteMany.\n#\n\
         #   kubectl apply -f job.yaml\n\
         #   kubectl wait --for=condition=complete --timeout=24h job/{name}\n\
         #   kubectl run {name}-fetch --image=busybox:1.37 --restart=Never --overrides='{fetch}'\n\
         #   kubectl wait --for=condition=Ready pod/{name}-fetch\n\
         #   kubectl cp {name}-fetch:{OUT} parts\n\
         #   kubectl delete pod {name}-fetch\n\
         #   rollcast merge parts --out results/{name}\n"
    )
}

fn volumes(name: &str, job: &Job) -> String {
    let mut yaml = format!(
        "      volumes:\n        - name: sweep\n          configMap:\n            name: {name}\n            \
         items:\n"
    );
    for (index, (path, _)) in job.files.iter().enumerate() {
        let _ = writeln!(yaml, "              - {{key: file-{index}, path: {}}}", quoted(path));
    }
    if let Some(claim) = &job.claim {
        let claim = quoted(claim);
        let _ = writeln!(
            yaml,
            "        - name: out\n          persistentVolumeClaim:\n            claimName: {claim}"
        );
    }
    yaml
}

/// A name that objects may have: `rollcast-node-exporter`.
fn object_name(name: &str) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().take(40).map(plain).collect();
    let words: Vec<&str> = name.split('-').filter(|it| !it.is_empty()).collect();
    format!("rollcast-{}", words.join("-")).trim_end_matches('-').to_owned()
}

/// A text in double quotes: JSON is YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}
