//! chirograph-genesis
