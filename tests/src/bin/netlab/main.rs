//! The network lab: real validators in network namespaces, with the distances, losses and partitions that a topology
//! asks for, made in user space because not every kernel can. It measures finality beside what the distances allow at
//! best, and checks what partitions may and may not do. Linux only, and only with the right to make namespaces.
//!
//! It leaves no trace: everything lives in a namespace of its own and ends with it.

#![allow(clippy::unwrap_used)] // every panic here is a failing test

mod figures;
mod host;
mod lab;
mod switch;
mod topology;
mod trial;

use lab::{Lab, Plan};
use serde_json::{Value, json};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use topology::Topology;
use trial::Trials;

const USAGE: &str = "netlab --program FILE [--topology lan5|wan50|wan150|regions|FILE] [--validators N] [--seconds S] \
                     [--rate R] [--jitter MS] [--loss P] [--partition minority|halves|all] [--one-sided-loss P] \
                     [--json FILE] [--dir DIR]";
/// Set in the process that is in the lab's own namespace.
const INSIDE: &str = "CHIROGRAPH_NETLAB_INSIDE";

/// What to do.
struct Task {
    program: PathBuf,
    topology: Topology,
    validators: usize,
    seconds: u64,
    rate: f64,
    partition: Option<String>,
    one_sided_loss: Option<f64>,
    json: Option<PathBuf>,
    dir: PathBuf,
}

fn main() -> ExitCode {
    let task = match Task::parse(std::env::args().skip(1).collect()) {
        Ok(task) => task,
        Err(e) => {
            eprintln!("netlab: {e}\nusage: {USAGE}");
            return ExitCode::from(3);
        }
    };
    if std::env::var_os(INSIDE).is_none() {
        return enter();
    }
    match task.run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(e) => {
            eprintln!("netlab: {e}; the network's files: {}", task.dir.display());
            ExitCode::from(3)
        }
    }
}

/// Starts this program again in a network namespace of its own, as root or as root of a user namespace.
fn enter() -> ExitCode {
    let ways: [&[&str]; 2] = [&["--net"], &["--user", "--map-root-user", "--net"]];
    let works = |flags: &&&[&str]| {
        let mut probe = Command::new("unshare");
        probe.args(**flags).args(["sh", "-c", "ip tuntap add dev probe mode tun && ip link set lo up"]);
        probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    };
    let Some(flags) = ways.iter().find(works) else {
        println!("skipped: network lab: this user may not make network namespaces with TUN devices (root may)");
        return ExitCode::SUCCESS;
    };
    let error = match std::env::current_exe() {
        Ok(own) => Command::new("unshare").args(*flags).arg(own).args(std::env::args().skip(1)).env(INSIDE, "1").exec(),
        Err(e) => e,
    };
    eprintln!("netlab: unshare: {error}");
    ExitCode::from(3)
}

impl Task {
    fn parse(words: Vec<String>) -> Result<Self, String> {
        let mut words = words.into_iter();
        let (mut program, mut topology, mut partition, mut json, mut dir) = (None, "lan5".to_owned(), None, None, None);
        let (mut validators, mut seconds, mut rate, mut jitter, mut loss, mut one_sided) =
            (4usize, 20u64, 8.0, None, None, None);
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
            let number = || value.parse::<f64>().map_err(|_| format!("{word} {value}: not a number"));
            match word.as_str() {
                "--program" => program = Some(PathBuf::from(&value)),
                "--topology" => topology = value,
                "--validators" => validators = number()? as usize,
                "--seconds" => seconds = number()? as u64,
                "--rate" => rate = number()?,
                "--jitter" => jitter = Some(number()?),
                "--loss" => loss = Some(number()?),
                "--one-sided-loss" => one_sided = Some(number()?),
                "--partition" if ["minority", "halves", "all"].contains(&value.as_str()) => partition = Some(value),
                "--json" => json = Some(PathBuf::from(&value)),
                "--dir" => dir = Some(PathBuf::from(&value)),
                _ => return Err(format!("{word} {value} is not known")),
            }
        }
        if !(4..=64).contains(&validators) {
            return Err("--validators: choose 4 to 64".to_owned());
        }
        let mut topology = Topology::new(&topology, validators)?;
        topology.jitter_ms = jitter.unwrap_or(topology.jitter_ms);
        topology.loss = loss.unwrap_or(topology.loss);
        let temporary = || std::env::temp_dir().join(format!("chirograph-netlab-{}", std::process::id()));
        Ok(Self {
            program: program.ok_or("--program is missing")?,
            topology,
            validators,
            seconds,
            rate,
            partition,
            one_sided_loss: one_sided,
            json,
            dir: dir.unwrap_or_else(temporary),
        })
    }

    /// Whether everything held.
    fn run(&self) -> Result<bool, String> {
        host::run("ip", &["link", "set", "dev", "lo", "up"])?;
        let (topology, validators) = (self.topology.clone(), self.validators);
        let plan = Plan { program: self.program.clone(), dir: self.dir.clone(), topology, validators };
        let mut trials = Trials::new(Lab::start(plan)?);
        let mut results = Vec::new();
        if self.seconds > 0 {
            let speed = trials.speed(self.rate, self.seconds)?;
            println!("{}", speed_text(&speed));
            results.push(speed);
        }
        let wanted = |name: &str| self.partition.as_deref().is_some_and(|p| p == name || p == "all");
        if wanted("minority") {
            results.push(told(trials.minority()?));
        }
        if wanted("halves") {
            results.push(told(trials.halves()?));
        }
        if let Some(part) = self.one_sided_loss {
            results.push(told(trials.one_sided_loss(part)?));
        }
        let held = results.iter().all(|r| r["held"] != json!(false) && r["committed"] == r["submitted"]);
        if let Some(file) = &self.json {
            let text = json!({ "held": held, "results": results }).to_string();
            std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        }
        drop(trials);
        if held {
            // Files that are left over do no harm.
            let _left = std::fs::remove_dir_all(&self.dir);
        }
        Ok(held)
    }
}

fn speed_text(s: &Value) -> String {
    let n = |v: &Value| v.as_f64().map_or("-".to_owned(), |v| format!("{v:.0}"));
    let two = |name: &str| format!("{} / {}", n(&s[name]["p50"]), n(&s[name]["p99"]));
    format!(
        "{} with {} validators, {} signings a second for {} s: {} of {} committed in {} blocks\n  \
         proposal to final      {:>13} ms (floor {})\n  proposal to notarized  {:>13} ms (floor {})\n  \
         between blocks         {:>13} ms (floor {})\n  submit to commit       {:>13} ms\n  (p50 / p99; floor: the \
         distances alone)",
        s["topology"].as_str().unwrap_or_default(),
        s["validators"],
        s["rate"],
        s["seconds"],
        s["committed"],
        s["submitted"],
        n(&s["blocks"]),
        two("finality_ms"),
        n(&s["floor_ms"]["finality"]),
        two("notarization_ms"),
        n(&s["floor_ms"]["notarization"]),
        two("interval_ms"),
        n(&s["floor_ms"]["interval"]),
        two("submit_to_commit_ms"),
    )
}

fn told(result: Value) -> Value {
    println!("{}: {}", result["check"].as_str().unwrap_or_default(), result["facts"]);
    for check in result["checks"].as_array().into_iter().flatten() {
        let mark = if check["held"] == json!(true) { "held" } else { "NOT HELD" };
        println!("  {mark:<8}  {}", check["what"].as_str().unwrap_or_default());
    }
    result
}
