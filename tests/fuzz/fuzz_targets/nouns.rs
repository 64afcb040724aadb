//! Coverage-guided: see `targets::nouns`. It does nothing but call it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::nouns::read(data));
