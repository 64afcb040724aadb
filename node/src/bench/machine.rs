//! What the system says about processes, folders and nodes: CPU time, bytes on disk, timings from `/metrics`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Clock ticks per second in `/proc`, fixed at 100 on Linux for user space.
const TICKS_PER_SECOND: f64 = 100.0;

/// CPU time of a process so far, in milliseconds, all threads, user and system.
pub fn cpu_ms(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The command's name may hold spaces; it ends at the last bracket. utime and stime are the 12th and 13th after it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) * 1000.0 / TICKS_PER_SECOND
}

/// Bytes of all files below a folder.
pub fn bytes_below(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|e| match e.metadata() {
            Ok(m) if m.is_dir() => bytes_below(&e.path()),
            Ok(m) => m.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Sample values of a node's `/metrics`, histogram buckets left out.
pub async fn metrics(address: SocketAddr) -> BTreeMap<String, f64> {
    let text = get(address).await.unwrap_or_default();
    let line = |l: &str| {
        let (name, value) = l.rsplit_once(' ')?;
        (!name.starts_with('#') && !name.contains('{')).then_some((name.to_owned(), value.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

async fn get(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

/// Cores, processor and memory in one line.
pub fn describe() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let find = |text: &str, key: &str| {
        let line = text.lines().find(|l| l.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let cpu = find(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = find(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores, {cpu}, memory {memory}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_cpu_and_a_folder_has_bytes() {
        let before = cpu_ms(std::process::id());
        let clock = std::time::Instant::now();
        // As long as it takes: on a busy machine this process may hardly be let to run.
        while cpu_ms(std::process::id()) <= before {
            assert!(clock.elapsed().as_secs() < 60, "a minute of work uses no CPU time");
            for _ in 0..1000 {
                std::hint::black_box(proto::Digest::sm3(&[0; 1000]));
            }
        }
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("a")).unwrap();
        std::fs::write(dir.path().join("a/b"), [0; 123]).unwrap();
        assert_eq!(bytes_below(dir.path()), 123);
    }
}
