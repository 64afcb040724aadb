//! A bounded queue of encoded frames between the event loop, which never waits, and one stream, which may.

use crate::net::frame::Bytes;
use crate::telemetry::Metrics;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Most frames in one queue, whatever their length.
const FRAMES_MAX: usize = 16_384;

/// The queue.
pub struct Queue {
    bytes_max: usize,
    inner: Mutex<Inner>,
    more: Notify,
    metrics: Arc<Metrics>,
}

#[derive(Default)]
struct Inner {
    frames: VecDeque<Bytes>,
    /// How many at the front were put before the others.
    first: usize,
    bytes: usize,
}

impl Queue {
    /// An empty queue for at most `bytes_max`.
    pub fn new(bytes_max: usize, metrics: Arc<Metrics>) -> Self {
        Self { bytes_max, inner: Mutex::default(), more: Notify::new(), metrics }
    }
    /// Adds a frame at the end and drops the oldest that no longer have room.
    pub fn push(&self, frame: Bytes) {
        self.put(frame, false);
    }
    /// Adds a frame before all that came by [`Queue::push`], behind those that came this way.
    pub fn push_before(&self, frame: Bytes) {
        self.put(frame, true);
    }
    fn put(&self, frame: Bytes, before: bool) {
        let mut inner = self.lock();
        inner.bytes += frame.len();
        let at = if before { inner.first } else { inner.frames.len() };
        inner.frames.insert(at, frame);
        inner.first += usize::from(before);
        while inner.bytes > self.bytes_max || inner.frames.len() > FRAMES_MAX {
            // Of those that came the usual way, as long as there are any.
            let first = inner.first;
            let Some(oldest) = inner.frames.remove(first).or_else(|| inner.next()) else { break };
            inner.bytes -= oldest.len();
            self.metrics.dropped.inc();
        }
        drop(inner);
        self.more.notify_one();
    }
    /// Takes frames of about `bytes` in all, in order; waits for the first.
    pub async fn take(&self, bytes: usize) -> Vec<Bytes> {
        loop {
            let taken = self.lock().take(bytes);
            if !taken.is_empty() {
                return taken;
            }
            self.more.notified().await;
        }
    }
    /// Bytes that wait.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }
    /// Drops everything; for a stream that starts anew.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.frames.clear();
        (inner.first, inner.bytes) = (0, 0);
    }
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn next(&mut self) -> Option<Bytes> {
        self.first = self.first.saturating_sub(1);
        self.frames.pop_front()
    }
    fn take(&mut self, bytes: usize) -> Vec<Bytes> {
        let (mut taken, mut sum) = (Vec::new(), 0);
        while sum < bytes {
            let Some(frame) = self.next() else { break };
            sum += frame.len();
            self.bytes -= frame.len();
            taken.push(frame);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_drops_the_oldest_and_counts() {
        let metrics = Arc::new(Metrics::default());
        let queue = Queue::new(10, metrics.clone());
        for n in 0..4u8 {
            queue.push(vec![n; 4].into());
        }
        let taken: Vec<u8> = queue.take(100).await.iter().map(|f| f[0]).collect();
        assert_eq!((taken, metrics.dropped.get()), (vec![2, 3], 2));
    }

    #[tokio::test]
    async fn what_is_put_before_keeps_its_own_order_and_is_dropped_last() {
        let queue = Queue::new(10, Arc::default());
        queue.push(vec![1; 3].into());
        queue.push_before(vec![2; 3].into());
        queue.push_before(vec![3; 3].into());
        queue.push(vec![4; 3].into()); // for which the first goes
        let taken: Vec<u8> = queue.take(4).await.iter().map(|f| f[0]).collect();
        assert_eq!(taken, [2, 3]);
        queue.push_before(vec![5; 3].into());
        let taken: Vec<u8> = queue.take(100).await.iter().map(|f| f[0]).collect();
        assert_eq!((taken, queue.bytes()), (vec![5, 4], 0));
    }

    #[tokio::test]
    async fn a_waiting_stream_wakes_up() {
        let queue = Arc::new(Queue::new(10, Arc::default()));
        let waiting = tokio::spawn({
            let queue = queue.clone();
            async move { queue.take(1).await.len() }
        });
        tokio::task::yield_now().await;
        queue.push(vec![1].into());
        assert_eq!(waiting.await.unwrap(), 1);
    }
}
