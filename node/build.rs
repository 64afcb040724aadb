//! Generates Rust types from the `.proto` files of the client API and the peer protocol. Needs no protoc. Embeds the web page
//! and the verifier that `scripts/web` made, and has it make them where they are missing. With the feature `tch` it also
//! tells the binary where LibTorch is.

use prost::Message;
use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::process::Command;

const CLIENT: [&str; 5] = [
    "chirograph/v1/transaction.proto",
    "chirograph/v1/ledger.proto",
    "chirograph/v1/service.proto",
    "chirograph/v1/evidence.proto",
    "chirograph/v1/access.proto",
];
const PEER: &str = "peer.proto";
const ROOT: &str = "../proto";
const PORTAL: &str = "portal/dist";
const VERIFIER: &str = "verifier/dist/verify.html";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={ROOT}/chirograph");
    println!("cargo::rerun-if-changed={ROOT}/{PEER}");
    find_libtorch();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("web.rs"), web()?)?;
    let client = protox::compile(CLIENT, [ROOT])?;
    std::fs::write(out.join("client.bin"), client.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(client)?;
    if PathBuf::from(ROOT).join(PEER).exists() {
        let peer = protox::compile([PEER], [ROOT])?;
        tonic_prost_build::configure().build_client(false).build_server(false).compile_fds(peer)?;
    }
    Ok(())
}

/// The web parts as Rust: `ASSETS`, the files of the page, and `VERIFIER`, the one page that verifies packages.
fn web() -> Result<String, Box<dyn std::error::Error>> {
    for path in [PORTAL, VERIFIER, "portal/src", "portal/index.html", "verifier/src"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let present = |path| Path::new(path).exists();
    // It leaves alone what is up to date. An older page would not know what this program writes.
    let made = Command::new("../scripts/web").status().is_ok_and(|status| status.success());
    if !(present("portal/dist/index.html") && present(VERIFIER)) {
        return Err("the web page is not built: run scripts/web, which needs Node.js 18 and npm \
                    (scripts/setup installs them)"
            .into());
    }
    if !made {
        println!("cargo::warning=scripts/web failed: an older web page is embedded");
    }
    let mut files = Vec::new();
    collect(Path::new(PORTAL), &mut files)?;
    files.sort();
    let mut text = String::from("static ASSETS: &[Asset] = &[\n");
    for file in &files {
        write!(text, "{}", asset(file)?)?;
    }
    let verifier = std::fs::canonicalize(VERIFIER)?;
    writeln!(text, "];\n/// The page that verifies evidence packages without a network; it goes into every package.")?;
    writeln!(text, "pub static VERIFIER: &[u8] = include_bytes!({verifier:?});")?;
    Ok(text)
}

/// Every file below `folder` but those whose name starts with a dot.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn asset(file: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let path = format!("/{}", file.strip_prefix(PORTAL)?.display());
    let kind = match file.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => return Err(format!("{}: no content type is known for it", file.display()).into()),
    };
    let mut hash = DefaultHasher::new();
    hash.write(&std::fs::read(file)?);
    let (etag, content) = (format!("\"{:016x}\"", hash.finish()), std::fs::canonicalize(file)?);
    let named = path.starts_with("/assets/");
    Ok(format!(
        "Asset {{ path: {path:?}, kind: {kind:?}, named_by_content: {named}, etag: {etag:?}, bytes: include_bytes!({content:?}) }},\n"
    ))
}

/// As the models' build script does; cargo hands a link argument to its own package only. Without the feature LIBTORCH must
/// not matter, or setting it would build the node again.
fn find_libtorch() {
    if std::env::var_os("CARGO_FEATURE_TCH").is_none() {
        return;
    }
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    if let Ok(libtorch) = std::env::var("LIBTORCH") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{libtorch}/lib");
    }
}
