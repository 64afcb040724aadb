//! chirograph-replica
