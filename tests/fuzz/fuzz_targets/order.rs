//! Coverage-guided: see `targets::order`. It does nothing but call it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::order::step(data));
