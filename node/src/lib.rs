//! chirograph
