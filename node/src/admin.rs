//! The operator's door into a running node: a socket in its home folder that only the node's own user may open. One request
//! a connection, one line of JSON each way. There is nothing here that a client or peer could reach.

use crate::backup;
use crate::config::Config;
use crate::fault::Fault;
use crate::shutdown::Shutdown;
use crate::store::Store;
use serde::{Deserialize, Serialize};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// Longest line that is read, in bytes.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// Longest path of a socket that Linux takes, in bytes.
const PATH_MAX: usize = 107;

/// What an operator asks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Copy the database into this new folder, as it is at one moment.
    Checkpoint {
        /// The folder; must not exist.
        to: PathBuf,
    },
}

/// What the node answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// Done.
    Done,
    /// Not done, and why.
    Failed(String),
}

/// The listening socket; the file goes when it is dropped.
pub struct Door {
    listener: UnixListener,
    path: PathBuf,
}

impl Door {
    /// Listens. A file that a killed node left is replaced: the database's lock says that no other node runs here.
    pub fn bind(config: &Config) -> Result<Self, Fault> {
        let path = config.admin.clone();
        let fault = |e: std::io::Error| Fault::file(&path, format!("the admin socket cannot be made: {e}"));
        if path.as_os_str().len() > PATH_MAX {
            let problem = format!(
                "longer than {PATH_MAX} bytes, as a socket's path may not be; set a shorter `admin` in node.toml"
            );
            return Err(Fault::file(&path, problem));
        }
        if std::fs::symlink_metadata(&path).is_ok_and(|there| !there.file_type().is_socket()) {
            let problem =
                "something that is no socket is there, and it is not deleted; name another `admin` in node.toml";
            return Err(Fault::file(&path, problem));
        }
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(fault(e)),
            _ => {}
        }
        let listener = UnixListener::bind(&path).map_err(fault)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(fault)?;
        Ok(Self { listener, path })
    }
    /// Serves one request after the other until the node stops.
    pub async fn run(self, store: Arc<Store>, shutdown: Shutdown) {
        let stop = shutdown.wait();
        tokio::pin!(stop);
        loop {
            let stream = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => return,
            };
            // Somebody who says nothing or hangs up must not keep the node from stopping.
            if let Ok((stream, _)) = stream {
                tokio::spawn(answer(stream, store.clone()));
            }
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // The next start replaces it if this fails.
        let _removed = std::fs::remove_file(&self.path);
    }
}

async fn answer(mut stream: UnixStream, store: Arc<Store>) {
    let mut line = String::new();
    let (reader, mut writer) = stream.split();
    let read = BufReader::new(reader.take(LINE_BYTES_MAX)).read_line(&mut line).await;
    let answer = match read.map(|_| serde_json::from_str::<Request>(&line)) {
        Ok(Ok(request)) => {
            let work = tokio::task::spawn_blocking(move || perform(&request, &store)).await;
            work.unwrap_or_else(|e| Answer::Failed(e.to_string()))
        }
        Ok(Err(e)) => Answer::Failed(e.to_string()),
        Err(e) => Answer::Failed(e.to_string()),
    };
    let text = serde_json::to_string(&answer).unwrap_or_default() + "\n";
    // Who asked may have gone.
    let _told = writer.write_all(text.as_bytes()).await;
}

fn perform(Request::Checkpoint { to }: &Request, store: &Store) -> Answer {
    tracing::info!(to = %to.display(), "backup");
    match backup::checkpoint(store, to) {
        Ok(()) => Answer::Done,
        Err(fault) => Answer::Failed(fault.to_string()),
    }
}

/// Asks a running node. `None`: none runs here.
pub async fn ask(socket: &Path, request: &Request) -> Result<Option<Answer>, Fault> {
    let fault = |e: std::io::Error| Fault::system("admin socket", e);
    let Ok(mut stream) = UnixStream::connect(socket).await else { return Ok(None) };
    let text = serde_json::to_string(request).map_err(|e| Fault::system("admin socket", e))? + "\n";
    stream.write_all(text.as_bytes()).await.map_err(fault)?;
    let mut line = String::new();
    BufReader::new(stream.take(LINE_BYTES_MAX)).read_line(&mut line).await.map_err(fault)?;
    serde_json::from_str(&line).map(Some).map_err(|e| Fault::system("admin socket", e))
}
