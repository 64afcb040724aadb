//! Where a validator is: TCP over IP, `/ip4/…/tcp/PORT` or `/ip6/…/tcp/PORT`. The transport speaks nothing else: a name, which
//! it has nobody to ask about, or another protocol would be dialed for ever and never reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const SHAPE: &str = "must be /ip4/ADDRESS/tcp/PORT or /ip6/ADDRESS/tcp/PORT: names and other transports are not spoken";

/// An address to dial: it names one machine and one port. Otherwise what is wrong, and what would be right.
pub fn dialed(text: &str) -> Result<SocketAddr, String> {
    let address = listening(text)?;
    if address.port() == 0 {
        return Err(format!("`{text}`: port 0 cannot be dialed; write the port at which the validator listens"));
    }
    if address.ip().is_unspecified() {
        return Err(format!(
            "`{text}`: names no machine, it means all addresses of one that listens; write that at which the others reach it"
        ));
    }
    Ok(address)
}

/// An address to listen on: all addresses of the machine, or any free port, too.
pub fn listening(text: &str) -> Result<SocketAddr, String> {
    parts(text).ok_or_else(|| format!("`{text}`: {SHAPE}"))
}

fn parts(text: &str) -> Option<SocketAddr> {
    let (family, rest) = text.strip_prefix('/')?.split_once('/')?;
    let (host, port) = rest.split_once("/tcp/")?;
    let ip: IpAddr = match family {
        "ip4" => host.parse::<Ipv4Addr>().ok()?.into(),
        "ip6" => host.parse::<Ipv6Addr>().ok()?.into(),
        _ => return None,
    };
    // Not `+7400`, which is a number and no port.
    let is_plain = port.bytes().all(|b| b.is_ascii_digit());
    is_plain.then(|| port.parse().ok()).flatten().map(|port| SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tcp_over_ip_can_be_dialed() {
        assert_eq!(dialed("/ip4/10.0.0.1/tcp/7400").unwrap().to_string(), "10.0.0.1:7400");
        assert_eq!(dialed("/ip6/2001:db8::1/tcp/7400").unwrap().to_string(), "[2001:db8::1]:7400");
        for bad in [
            "",
            "10.0.0.1:7400",
            "/dns4/localhost/tcp/7400",
            "/dns/node.example/tcp/7400",
            "/ip4/localhost/tcp/7400",
            "/ip4/10.0.0.1/udp/7400/quic-v1",
            "/ip4/10.0.0.1/tcp/7400/ws",
            "/ip4/10.0.0.1/tcp/",
            "/ip4/10.0.0.1/tcp/+7400",
            "/ip4/10.0.0.1/tcp/70000",
            "/ip4/2001:db8::1/tcp/7400",
        ] {
            let said = dialed(bad).unwrap_err();
            assert!(said.contains("must be /ip4/"), "{bad}: {said}");
        }
    }

    #[test]
    fn what_one_may_listen_on_can_not_always_be_dialed() {
        for (text, why) in [("/ip4/0.0.0.0/tcp/7400", "no machine"), ("/ip6/::/tcp/7400", "no machine")] {
            assert!(listening(text).is_ok() && dialed(text).unwrap_err().contains(why));
        }
        assert!(
            listening("/ip4/127.0.0.1/tcp/0").is_ok() && dialed("/ip4/127.0.0.1/tcp/0").unwrap_err().contains("port 0")
        );
    }
}
