//! chirograph-simplex
