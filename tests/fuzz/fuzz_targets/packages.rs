//! Coverage-guided: see `targets::packages`. It does nothing but call it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::packages::read(data));
