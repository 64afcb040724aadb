//! With the feature `tch`, the binaries of this package find LibTorch where it was linked; as in `models`, because cargo
//! hands a link argument to its own package only.

fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    let wanted = std::env::var_os("CARGO_FEATURE_TCH").is_some();
    if let (true, Ok(libtorch)) = (wanted, std::env::var("LIBTORCH")) {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{libtorch}/lib");
    }
}
