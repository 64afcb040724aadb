//! Coverage-guided: see `targets::birth`. It does nothing but call it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::birth::parse(data));
