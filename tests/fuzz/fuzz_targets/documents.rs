//! Coverage-guided: see `targets::documents`. It does nothing but call it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::documents::read(data));
