//! Coverage-guided: see `targets::strokes::packet`. It does nothing but call it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::strokes::packet(data));
