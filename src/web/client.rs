//! From where a request comes: the client's address and whether it came by HTTPS, also through a trusted proxy; and
//! under which names this server answers.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap};

/// Addresses that share their first bits: `10.0.0.0/8`, `192.0.2.7`, `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Network, ()> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim_matches(['[', ']']).parse().map_err(|_| ())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(width), str::parse).map_err(|_| ())?;
        if bits > width { Err(()) } else { Ok(Network { address, bits }) }
    }
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        let (own, other, width) = match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits().into(), other.to_bits().into(), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits(), other.to_bits(), 128),
            _ => return false,
        };
        let differs: u128 = own ^ other;
        differs.checked_shr(width - self.bits).unwrap_or(0) == 0
    }
}

/// Who is believed and which names are answered to.
#[derive(Clone, Debug, Default)]
pub struct Doorplate {
    /// Names besides those of this machine alone, in lower case, without a port.
    pub hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether connections are TLS.
    pub is_tls: bool,
    /// The address bound to, where it is one and not all.
    pub own_address: Option<IpAddr>,
}

/// From where a request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    pub address: IpAddr,
    /// Whether it came by HTTPS, to here or to a trusted proxy.
    pub is_secure: bool,
    /// Whether a trusted proxy has passed it on.
    pub is_proxied: bool,
}

impl Client {
    /// What the guard in front of all handlers has found out.
    pub fn of(request: &HttpRequest) -> Client {
        let unknown = Client { address: IpAddr::from([0, 0, 0, 0]), is_secure: false, is_proxied: false };
        request.extensions().get().copied().unwrap_or(unknown)
    }
}

impl Doorplate {
    pub fn is_trusted(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(address))
    }

    /// From where a request comes: what trusted proxies say, from the nearest outwards, up to the first stranger.
    pub fn client(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Client {
        let mut address = peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
        let is_proxied = self.is_trusted(address);
        if !is_proxied {
            return Client { address, is_secure: self.is_tls, is_proxied };
        }
        let values = headers.get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        for hop in hops.iter().rev() {
            let Some(next) = hop_address(hop) else { break };
            address = next;
            if !self.is_trusted(address) {
                break;
            }
        }
        // Each proxy adds what it saw; the nearest one's word is the last.
        let proto = headers.get_all("x-forwarded-proto").last().and_then(|value| value.to_str().ok());
        let is_https = proto.is_some_and(|proto| proto.rsplit(',').next().is_some_and(|last| last.trim() == "https"));
        Client { address, is_secure: is_https || self.is_tls, is_proxied }
    }

    /// Whether the request is for this server by name.
    ///
    /// A page of another site can make its own name point here and so read what a browser here may read. Such a request
    /// still carries that name. A number is nobody's name, so the address that the server is bound to will do.
    pub fn answers_to(&self, headers: &HeaderMap) -> bool {
        let Some(host) = headers.get(header::HOST) else { return true };
        let host = host.to_str().unwrap_or("?");
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        name.eq_ignore_ascii_case("localhost")
            || address.is_some_and(|address| address.is_loopback() || self.own_address == Some(address))
            || self.hosts.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// An address as proxies write it: bare, with a port, in brackets.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()));
    bare.or_else(|_| hop.trim_matches(['[', ']']).parse()).ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn plate() -> Doorplate {
        Doorplate {
            hosts: vec!["tuan.example".into()],
            trusted_proxies: ["10.0.0.0/8", "fd00::/8"].map(|text| text.parse().expect("a network")).to_vec(),
            is_tls: false,
            own_address: Some(IpAddr::from([192, 168, 1, 5])),
        }
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_names_of_this_server_are_served() {
        let check = |host: &'static str, want: bool| {
            assert_eq!(plate().answers_to(&headers(&[("host", host)])), want, "{host}");
        };
        for host in ["127.0.0.1:8080", "localhost", "LocalHost:1", "[::1]:8080", "[::1]", "127.0.0.53"] {
            check(host, true);
        }
        for host in ["tuan.example", "Tuan.Example:443", "192.168.1.5:8080"] {
            check(host, true);
        }
        for host in ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example", "192.168.1.6:8080", ""] {
            check(host, false);
        }
        assert!(plate().answers_to(&HeaderMap::new()));
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_as_far_as_it_saw() {
        let check = |peer: &str, sent: &[(&'static str, &'static str)], address: &str, is_secure: bool| {
            let peer: SocketAddr = peer.parse().expect("an address");
            let client = plate().client(Some(peer), &headers(sent));
            let want: IpAddr = address.parse().expect("an address");
            assert_eq!((client.address, client.is_secure), (want, is_secure), "{peer} {sent:?}");
        };
        let forged = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", "https")];
        check("203.0.113.9:5", &forged, "203.0.113.9", false);
        check("10.1.2.3:5", &forged, "1.1.1.1", true);
        check("10.1.2.3:5", &[("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.9.9.9")], "203.0.113.9", false);
        check("[fd00::1]:5", &[("x-forwarded-for", "2001:db8::7")], "2001:db8::7", false);
        check("10.1.2.3:5", &[("x-forwarded-for", "203.0.113.9:4711")], "203.0.113.9", false);
        check("10.1.2.3:5", &[("x-forwarded-for", "nonsense")], "10.1.2.3", false);
        check("10.1.2.3:5", &[("x-forwarded-proto", "https, http")], "10.1.2.3", false);
        check("[::ffff:10.1.2.3]:5", &forged, "1.1.1.1", true);
    }

    #[test]
    fn a_network_holds_what_shares_its_first_bits() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().expect("a network").contains(address.parse().expect("an address"))
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "::1") && holds("::/0", "::1"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
        for text in ["", "10.0.0.0/33", "a/8", "10.0.0.0/", "10.0.0/8"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
