//! Coverage-guided: see `targets::tokens`. It does nothing but call it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::tokens::read(data));
