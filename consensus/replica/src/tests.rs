//! Tests of the replica among others like it, on a network that delivers at once and in order. Loss, delay and crashes
//! at any moment are the simulator's business.

mod agreement;
mod chaos;
mod epochs;
mod network;
mod outlook;
mod recall;
mod rivalry;
mod wire;
