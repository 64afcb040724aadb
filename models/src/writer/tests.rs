//! Tests of the synthetic writer.
