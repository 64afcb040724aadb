//! Where a guest comes from, as it is counted: its address, or for IPv6 its /64, because whoever has one address there has
//! the 2^64 beside it. Every bound by address counts by this.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is counted under. A guest without one, who came through no network, counts as this machine.
pub fn origin(from: Option<IpAddr>) -> IpAddr {
    match from.map(|from| from.to_canonical()) {
        Some(IpAddr::V6(v6)) if !v6.is_loopback() => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        Some(other) => other,
        None => Ipv4Addr::LOCALHOST.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_cannot_choose_another_address_of_its_network() {
        let of = |text: &str| origin(Some(text.parse().unwrap()));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert!(of("::1").is_loopback() && origin(None).is_loopback());
    }
}
