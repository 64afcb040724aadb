//! chirograph-tests
