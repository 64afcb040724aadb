//! Coverage-guided: see `targets::network`. It does nothing but call it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    targets::network::run(data);
});
