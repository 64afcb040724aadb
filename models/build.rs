//! With the feature `tch`, binaries and tests of this package find LibTorch where it was linked, without LD_LIBRARY_PATH.
//! Without the feature it does nothing.

fn main() {
    // without the feature LIBTORCH must not matter, or setting it would build everything again
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_TCH").is_none() {
        return;
    }
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    if let Ok(libtorch) = std::env::var("LIBTORCH") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{libtorch}/lib");
    }
}
