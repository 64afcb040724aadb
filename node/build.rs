//! Generates Rust types from the `.proto` files of the client API and the peer protocol. Needs no protoc. With the feature
//! `tch` it also tells the binary where LibTorch is.

use prost::Message;
use std::path::PathBuf;

const CLIENT: [&str; 3] =
    ["chirograph/v1/transaction.proto", "chirograph/v1/ledger.proto", "chirograph/v1/service.proto"];
const PEER: &str = "peer.proto";
const ROOT: &str = "../proto";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={ROOT}/chirograph");
    println!("cargo::rerun-if-changed={ROOT}/{PEER}");
    find_libtorch();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let client = protox::compile(CLIENT, [ROOT])?;
    std::fs::write(out.join("client.bin"), client.encode_to_vec())?;
    tonic_prost_build::configure().compile_fds(client)?;
    if PathBuf::from(ROOT).join(PEER).exists() {
        let peer = protox::compile([PEER], [ROOT])?;
        tonic_prost_build::configure().build_client(false).build_server(false).compile_fds(peer)?;
    }
    Ok(())
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
