//! The wire between hosts: takes packets out of each host's TUN device and puts them into another's, later or never.
//!
//! Delay, jitter, loss and partitions are of the direction from one host to another and may be changed at any time.
//! Packets of a direction never overtake one another. Nothing leaves the lab: who is no host gets nothing.

use crate::topology::Topology;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tun_rs::SyncDevice;

/// Most packets on their way; more are lost, as in a full router.
const PACKETS_MAX: usize = 200_000;

/// What happens to packets of one direction.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    delay: Duration,
    jitter: Duration,
    loss: f64,
    cut: bool,
    /// When the last packet arrives.
    last: Option<Instant>,
}

/// When a packet arrives, its number, to whom it goes, and its bytes.
type Flight = (Instant, u64, usize, Vec<u8>);

struct Inner {
    ways: Vec<Vec<Way>>,
    on_the_way: BinaryHeap<Reverse<Flight>>,
    number: u64,
    dice: u64,
}

/// The switch. Cloning shares it.
#[derive(Clone)]
pub struct Switch {
    shared: Arc<(Mutex<Inner>, Condvar)>,
}

impl Switch {
    /// A switch between these devices; it runs until the process ends.
    pub fn start(topology: &Topology, devices: Vec<Arc<SyncDevice>>) -> Self {
        let ms = |ms: f64| Duration::from_secs_f64(ms / 1000.0);
        let way =
            |d: &f64| Way { delay: ms(*d), jitter: ms(topology.jitter_ms), loss: topology.loss, ..Way::default() };
        let ways = topology.delay_ms.iter().map(|row| row.iter().map(way).collect()).collect();
        let inner = Inner { ways, on_the_way: BinaryHeap::new(), number: 0, dice: 0x9e37_79b9_7f4a_7c15 };
        let switch = Self { shared: Arc::new((Mutex::new(inner), Condvar::new())) };
        for (from, device) in devices.iter().enumerate() {
            let (switch, device) = (switch.clone(), device.clone());
            std::thread::spawn(move || switch.take(from, &device));
        }
        let delivering = switch.clone();
        std::thread::spawn(move || delivering.deliver(&devices));
        switch
    }
    /// Cuts, or mends, both directions between hosts of different groups. Hosts in no group are cut off.
    pub fn partition(&self, groups: &[&[usize]]) {
        let group = |host: usize| groups.iter().position(|g| g.contains(&host));
        self.each(|from, to, way| way.cut = group(from).is_none() || group(from) != group(to));
    }
    /// Mends everything.
    pub fn heal(&self) {
        self.each(|_, _, way| way.cut = false);
    }
    /// Loses a part of the packets that leave one host, and none that it receives beyond what the topology loses.
    pub fn lose(&self, host: usize, part: f64) {
        self.each(|from, _, way| {
            if from == host {
                way.loss = part;
            }
        });
    }
    fn each(&self, change: impl Fn(usize, usize, &mut Way)) {
        let mut inner = self.lock();
        for (from, row) in inner.ways.iter_mut().enumerate() {
            row.iter_mut().enumerate().for_each(|(to, way)| change(from, to, way));
        }
    }
    fn take(&self, from: usize, device: &SyncDevice) {
        let mut packet = vec![0; 65_536];
        while let Ok(length) = device.recv(&mut packet) {
            let packet = &packet[..length];
            if let Some(to) = receiver(packet) {
                self.lock().send(from, to, packet, Instant::now());
                self.shared.1.notify_one();
            }
        }
    }
    fn deliver(&self, devices: &[Arc<SyncDevice>]) {
        let mut inner = self.lock();
        loop {
            let now = Instant::now();
            let next = inner.on_the_way.peek().map(|Reverse((at, ..))| *at);
            inner = match next {
                Some(at) if at <= now => {
                    let due = inner.on_the_way.pop();
                    drop(inner);
                    if let Some(Reverse((_, _, to, packet))) = due {
                        // A device that is full loses it, like any other.
                        let _lost = devices[to].send(&packet);
                    }
                    self.lock()
                }
                Some(at) => {
                    let (lock, more) = (&self.shared.1, inner);
                    lock.wait_timeout(more, at - now).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.shared.1.wait(inner).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn send(&mut self, from: usize, to: usize, packet: &[u8], now: Instant) {
        let (luck, more) = (self.random(), self.random());
        self.number += 1;
        let number = self.number;
        let Some(way) = self.ways.get_mut(from).and_then(|row| row.get_mut(to)) else { return };
        if way.cut || luck < way.loss || self.on_the_way.len() >= PACKETS_MAX {
            return;
        }
        let at = now + way.delay + way.jitter.mul_f64(more);
        let at = way.last.map_or(at, |last| at.max(last));
        way.last = Some(at);
        self.on_the_way.push(Reverse((at, number, to, packet.to_vec())));
    }
    /// Between 0 and 1; xorshift is random enough for weather.
    fn random(&mut self) -> f64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The host to which an IPv4 packet goes: the last byte of its address less one.
fn receiver(packet: &[u8]) -> Option<usize> {
    let is_ours = packet.len() >= 20 && packet[0] >> 4 == 4 && packet[16..19] == crate::host::NETWORK;
    is_ours.then(|| usize::from(packet[19])).and_then(|last| last.checked_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(topology: &Topology) -> Inner {
        let way = |d: &f64| Way { delay: Duration::from_secs_f64(d / 1000.0), loss: topology.loss, ..Way::default() };
        let ways = topology.delay_ms.iter().map(|row| row.iter().map(way).collect()).collect();
        Inner { ways, on_the_way: BinaryHeap::new(), number: 0, dice: 1 }
    }

    #[test]
    fn packets_take_their_time_and_keep_their_order() {
        let mut inner = inner(&Topology::new("wan50", 4).unwrap());
        inner.ways[0][1].jitter = Duration::from_millis(20);
        let now = Instant::now();
        (0..100u8).for_each(|n| inner.send(0, 1, &[n], now));
        let mut arrived = Vec::new();
        while let Some(Reverse((at, _, to, packet))) = inner.on_the_way.pop() {
            assert!(at >= now + Duration::from_millis(50) && at <= now + Duration::from_millis(70) && to == 1);
            arrived.push(packet[0]);
        }
        assert_eq!(arrived, (0..100).collect::<Vec<u8>>());
    }

    #[test]
    fn lost_cut_and_strange_packets_do_not_arrive() {
        let mut inner = inner(&Topology { loss: 0.25, ..Topology::new("lan5", 4).unwrap() });
        (0..4000).for_each(|_| inner.send(0, 1, &[0], Instant::now()));
        assert!((2850..3150).contains(&inner.on_the_way.len()), "{}", inner.on_the_way.len());
        inner.on_the_way.clear();
        inner.ways[2][3].cut = true;
        inner.send(2, 3, &[0], Instant::now());
        inner.send(2, 200, &[0], Instant::now());
        assert!(inner.on_the_way.is_empty());
        assert_eq!(receiver(b"GET / HTTP/1.1 and so on"), None);
    }
}
