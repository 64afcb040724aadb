//! With the feature `tch`, binaries and tests of this package find LibTorch where it was linked, without LD_LIBRARY_PATH.
//! Without the feature it does nothing.

fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    let wanted = std::env::var_os("CARGO_FEATURE_TCH").is_some();
    if let (true, Ok(libtorch)) = (wanted, std::env::var("LIBTORCH")) {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{libtorch}/lib");
    }
}
