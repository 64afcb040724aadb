//! chirograph-models
