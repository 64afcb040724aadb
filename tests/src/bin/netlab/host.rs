//! A host: a network namespace of its own with a loopback and one TUN device, whose other end is the switch.
//!
//! The namespace lives as long as a process in it; that one ends when the lab's end of its pipe closes, so that a killed
//! lab leaves nothing behind.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tun_rs::{DeviceBuilder, SyncDevice};

/// First three bytes of every host's address.
pub const NETWORK: [u8; 3] = [10, 99, 0];

/// A host.
pub struct Host {
    holder: Child,
    namespace: PathBuf,
    /// The switch's end of its wire.
    pub wire: Arc<SyncDevice>,
}

impl Host {
    /// Makes the host of that number.
    pub fn new(number: usize) -> Result<Self, String> {
        let holder = Command::new("unshare").args(["--net", "cat"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        let holder = holder.map_err(|e| format!("unshare: {e}"))?;
        let namespace = PathBuf::from(format!("/proc/{}/ns/net", holder.id()));
        let name = format!("lab{number}");
        let wire =
            DeviceBuilder::new().name(&name).enable(false).build_sync().map_err(|e| format!("TUN device: {e}"))?;
        let host = Self { holder, namespace, wire: Arc::new(wire) };
        host.until_apart()?;
        run("ip", &["link", "set", "dev", &name, "netns", &host.holder.id().to_string()])?;
        let address = format!("{}/24", address(number));
        for args in [
            vec!["link", "set", "dev", "lo", "up"],
            vec!["addr", "add", &address, "dev", &name],
            vec!["link", "set", "dev", &name, "up"],
        ] {
            let mut all = vec!["ip"];
            all.extend(args);
            host.run(&all)?;
        }
        Ok(host)
    }
    /// `unshare` enters its namespace a moment after it was started.
    fn until_apart(&self) -> Result<(), String> {
        let ours = std::fs::read_link("/proc/self/ns/net").map_err(|e| e.to_string())?;
        let since = Instant::now();
        while std::fs::read_link(&self.namespace).is_ok_and(|theirs| theirs == ours) {
            if since.elapsed() > Duration::from_secs(10) {
                return Err("a network namespace does not come up".to_owned());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
    /// A program to be started in the host.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", self.namespace.display())).arg(program);
        command
    }
    fn run(&self, words: &[&str]) -> Result<(), String> {
        let mut all = vec![format!("--net={}", self.namespace.display())];
        all.extend(words.iter().map(ToString::to_string));
        run("nsenter", &all.iter().map(String::as_str).collect::<Vec<_>>())
    }
    /// Makes a loopback port of the host reachable at the same port of the lab's own loopback. It is the operator's
    /// console: without delay, and open in a partition.
    pub fn open(&self, port: u16) -> Result<(), String> {
        let listener = TcpListener::bind(("127.0.0.1", port)).map_err(|e| format!("port {port}: {e}"))?;
        let namespace = self.namespace.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let namespace = namespace.clone();
                std::thread::spawn(move || relay(stream, port, &namespace));
            }
        });
        Ok(())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.holder.kill();
        let _reaped = self.holder.wait();
    }
}

/// The address of a host.
pub fn address(number: usize) -> String {
    let [a, b, c] = NETWORK;
    format!("{a}.{b}.{c}.{}", number + 1)
}

/// Only this thread goes into the host; the sockets that it makes there stay there.
fn relay(ours: TcpStream, port: u16, namespace: &Path) {
    let kind = Some(rustix::thread::LinkNameSpaceType::Network);
    let Ok(file) = std::fs::File::open(namespace) else { return };
    if rustix::thread::move_into_link_name_space(std::os::fd::AsFd::as_fd(&file), kind).is_err() {
        return;
    }
    let Ok(theirs) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let (Ok(()), Ok(())) = (ours.set_nodelay(true), theirs.set_nodelay(true)) else { return };
    let (Ok(a), Ok(b)) = (ours.try_clone(), theirs.try_clone()) else { return };
    let back = std::thread::spawn(move || pour(b, a));
    pour(ours, theirs);
    // It ends with the streams.
    let _ended = back.join();
}

fn pour(mut from: TcpStream, mut to: TcpStream) {
    // A side that closes ends both.
    let _ended = std::io::copy(&mut from, &mut to);
    let _closed = to.shutdown(std::net::Shutdown::Write);
}

/// Runs a program to its end.
pub fn run(program: &str, args: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(args).output().map_err(|e| format!("{program}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program} {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}
